import Testing
import Tokenizers

/// Holds every id of a varied corpus to a digest, so that a faster hasher cannot read a text differently.
@Suite struct PinnedIdsTests {
    // What the embedded model hashes, then the other settings, which only a trained model could have.
    private static let embedded = NGramFeatures(
        foldsDigits: true,
        foldsHandles: true,
        buckets: 1_995_000,
        characterBuckets: 500_000
    )
    private static let plain = NGramFeatures(buckets: 1 << 20)
    private static let widest = NGramFeatures(
        wordOrder: 8,
        cjkOrder: 8,
        characterOrderMinimum: 1,
        characterOrderMaximum: 16,
        skip: 2,
        foldsDigits: true,
        foldsHandles: true,
        buckets: 1 << 28
    )
    private static let shortChinese = NGramFeatures(
        wordOrder: 4,
        cjkOrder: 2,
        characterOrderMinimum: 2,
        characterOrderMaximum: 5,
        skip: 1,
        distinct: true,
        buckets: 12_345
    )
    private static let wordsOnly = NGramFeatures(wordOrder: 1, cjkOrder: 1, characterOrderMaximum: 0, buckets: 99)

    private static let settings = [embedded, plain, widest, shortChinese, wordsOnly]

    @Test(arguments: zip(PinnedTexts.all, digests))
    func idsAreTheSameForEver(texts: PinnedTexts, digests: [UInt64]) {
        let found = Self.settings.map { Self.digest(of: texts.texts, $0) }
        #expect(found == digests, "\(texts.name): \(found.map { "0x" + String($0, radix: 16) })")
    }

    // FNV-1a over the 32-bit ids, the tokens and whether a text was cut, in their order.
    private static func digest(of texts: [String], _ features: NGramFeatures) -> UInt64 {
        let hasher = NGramHasher(features: features)
        var ids: [UInt32] = []
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        for text in texts {
            ids.removeAll(keepingCapacity: true)
            let hashed = hasher.encode(Array(text.utf8).span, into: &ids)
            for id in ids + [UInt32(hashed.tokens), hashed.truncated ? 1 : 0] {
                digest = (digest ^ UInt64(id)) &* 0x100_0000_01B3
            }
        }
        return digest
    }

    // One row for each group of texts, one column for each of the settings.
    private static let digests: [[UInt64]] = [
        [
            0xFBFA_5F69_97BC_BCFD, 0x2B5E_50F6_B55C_53FF, 0x5E6E_7520_998E_2609,
            0xE140_F345_9921_6700, 0x7C47_593A_7004_EC1D,
        ],
        [
            0x0E6D_6FBD_E44A_53F4, 0x93C1_5F38_CCC1_88AB, 0x5BDC_EB94_4E44_2D32,
            0xAD84_36F6_F01F_255C, 0x6031_D7E3_00AC_0EE2,
        ],
        [
            0xBCA6_F079_1E9C_2867, 0x97F8_344B_30F4_BF33, 0x497A_6153_2CCB_8D73,
            0x9B71_42DF_81AB_51D5, 0x852F_89A1_6CAB_14DA,
        ],
        [
            0x37AF_23CB_CFCA_759B, 0xCC28_535F_F328_3222, 0x230C_201F_4193_272D,
            0x1C3A_A788_E083_295F, 0x1B26_242D_59BA_AA89,
        ],
        [
            0x6D47_B830_8DB5_94FD, 0x64B8_8CA2_B7B8_FF51, 0x3C15_74A5_3D47_CA54,
            0xE415_123D_F498_7142, 0x1E0E_97DA_B0DC_7B99,
        ],
        [
            0xB822_348A_50E4_230D, 0xE6F2_B6DA_AE46_40F6, 0xBC2B_7E33_994B_F238,
            0x08CE_EFAC_59A5_D1BD, 0x1713_A30A_3B4A_816F,
        ],
        [
            0xAD3C_CFE8_0696_8112, 0xA5B8_D197_6E7D_01E3, 0xA1BB_988B_17A6_3BB6,
            0xB843_E056_20F0_5610, 0xD2A1_9CB0_9D17_3462,
        ],
        [
            0xD3E3_8DA3_62FC_19E8, 0xFE8D_925C_B035_D57C, 0xEC89_37C5_EFE7_D3BC,
            0x2B59_001D_E821_23C8, 0xA8F5_ACCA_4204_B495,
        ],
        [
            0xF78C_87AC_C51D_DE8F, 0xD679_6707_98E4_85CA, 0x344B_8CF4_1C8B_D832,
            0x4D00_27FD_C7D4_D3BF, 0x1B7E_90AE_1C53_AD57,
        ],
        [
            0xAA1B_D243_2340_5804, 0x1B68_D29C_AA68_5522, 0x39E4_357B_31DE_9712,
            0xCD38_9AB3_985C_1A4C, 0x47CC_14BE_FA42_3EC0,
        ],
        [
            0x9495_0BE4_7160_56B8, 0x4A33_7587_4B7F_060A, 0x7A9E_1CF0_0C12_9BAD,
            0x0A76_7F6B_DE70_32E4, 0x40DE_071D_C150_6D9C,
        ],
    ]
}
