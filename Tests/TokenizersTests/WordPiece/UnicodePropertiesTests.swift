import Testing

@testable import Tokenizers

/// Counts are those of tokenizers 0.23.3, asked code point by code point.
struct UnicodePropertiesTests {
    private func count(_ holds: (UInt32) -> Bool) -> Int {
        (UInt32(0)..<0x110000).count { UnicodeScalar($0) != nil && holds($0) }
    }

    @Test func tablesHoldWhatTheLibraryKnows() {
        #expect(count(UnicodeProperties.others.contains) == 137_679)
        #expect(count(UnicodeProperties.spaces.contains) == 25)
        #expect(count(UnicodeProperties.punctuation.contains) == 726)
        #expect(count(UnicodeProperties.marks.contains) == 1_567)
        #expect(count(UnicodeProperties.wordCharacters.contains) == 144_667)
        #expect(UnicodeProperties.lowercase.source.count == 1_488)
        #expect(UnicodeProperties.decompositions.source.count == 2_060)
    }

    @Test func signedDistancesAndSequencesAreReadBack() {
        #expect(UnicodeProperties.lowercase.targets(of: 0x41) == [0x61])
        #expect(UnicodeProperties.lowercase.targets(of: 0x130) == [0x69, 0x307])
        #expect(UnicodeProperties.lowercase.targets(of: 0x1E9E) == [0xDF])
        #expect(UnicodeProperties.lowercase.targets(of: 0x212B) == [0xE5])
        #expect(UnicodeProperties.lowercase.targets(of: 0x61) == nil)
        #expect(UnicodeProperties.decompositions.targets(of: 0x1F82) == [0x3B1, 0x313, 0x300, 0x345])
        #expect(UnicodeProperties.decompositions.targets(of: 0x2FA1D) == [0x2A600])
        #expect(UnicodeProperties.combiningClasses.value(of: 0x345) == 240)
        #expect(UnicodeProperties.combiningClasses.value(of: 0x41) == 0)
    }

    @Test(arguments: [BertNormalization(), .none, BertNormalization(stripsAccents: false, lowercases: false)])
    func pagesAgreeWithTheExactSteps(_ normalization: BertNormalization) {
        for start in stride(from: UInt32(0), to: 0x3100, by: 256) {
            for (index, entry) in normalization.entries(from: start).enumerated() {
                let kind = entry & CharacterEntry.Class.mask
                guard let scalar = UnicodeScalar(start + UInt32(index)),
                    kind == CharacterEntry.Class.word || kind == CharacterEntry.Class.isolated
                else { continue }
                let exact = NormalizedText.normalize(Array(String(scalar).utf8), normalization)
                let blanks = entry & CharacterEntry.surroundedByBlanks == 0 ? [] : [UInt8(0x20)]
                var expected = blanks
                UTF8Text.encode(entry & CharacterEntry.codePointMask) { expected.append($0) }
                #expect(exact == expected + blanks)
            }
        }
    }
}
