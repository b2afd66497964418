import BatchCore
import Testing

/// A digest is SipHash-2-4 with 128 bits, and tells apart all that an answer depends on.
@Suite struct TextDigestTests {
    private static let key = DigestKey(first: 0x0706_0504_0302_0100, second: 0x0F0E_0D0C_0B0A_0908)

    private func digest(
        _ text: String,
        pair: String? = nil,
        _ onLong: LongTextPolicy = .truncate,
        key: DigestKey = key
    ) -> TextDigest {
        let bytes = Array((text + (pair ?? "")).utf8)
        return TextDigest(
            texts: bytes.span,
            textBytes: text.utf8.count,
            hasPair: pair != nil,
            onLong: onLong,
            key: key
        )
    }

    /// `openssl mac -macopt hexkey:000102030405060708090a0b0c0d0e0f -macopt size:16 SIPHASH` over 0, 1, 2 and so on.
    @Test(
        arguments: [
            (8, 0x61F5_5862_BAA9_623B, 0xB497_14F3_64E2_830F),
            (9, 0xABBA_D90A_0699_4426, 0xED71_6DBB_028B_7FC4),
            (15, 0x11A8_B033_99E9_9354, 0xD9C3_CF97_0FEC_087E),
            (16, 0xBB54_B067_CAA4_E26E, 0x7705_2385_BF15_33FD),
            (17, 0x98B8_8D73_E806_3D47, 0x4077_E47A_C466_C054),
            (64, 0x3FCD_D4C0_7D07_AF1E, 0x4BA7_5836_384D_AD8C),
            (100, 0x3317_BE09_D02D_7339, 0xD9E6_E58F_35C6_9782),
            (263, 0x83B7_E258_1679_E712, 0x92C4_B663_AC5D_E4D6),
            (264, 0x2316_B4B2_7AAA_608D, 0xFB77_97AF_893F_7865),
        ] as [(Int, UInt64, UInt64)]
    )
    func itIsThePublishedFunction(count: Int, low: UInt64, high: UInt64) {
        let message = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let prefix = message.prefix(8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        let rest = Array(message.dropFirst(8))
        let digest = TextDigest(prefix: prefix, bytes: rest.span, key: Self.key)
        #expect(digest == TextDigest(low: low, high: high))
    }

    @Test func allThatAnAnswerDependsOnIsInIt() {
        let digests = [
            digest("abc"), digest("abd"), digest("abc", .error), digest("abc", .window), digest("abc", pair: ""),
            digest("ab", pair: "c"), digest("", pair: "abc"), digest("", pair: nil), digest("", pair: ""),
            digest("abc", key: DigestKey(first: 1, second: 2)), digest("abc\u{0}"),
        ]
        #expect(Set(digests).count == digests.count)
        #expect(digest("abc") == digest("abc"))
    }

    @Test func secretsDiffer() {
        #expect(DigestKey.secret() != DigestKey.secret())
    }
}
