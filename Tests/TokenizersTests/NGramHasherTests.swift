import Testing
import Tokenizers

@Suite struct NGramHasherTests {
    private static let features = NGramFeatures(characterOrderMaximum: 4, buckets: 1000, characterBuckets: 400)

    private func ids(_ text: String, _ features: NGramFeatures = features) -> [UInt32] {
        var ids: [UInt32] = []
        _ = NGramHasher(features: features).encode(Array(text.utf8).span, into: &ids)
        return ids
    }

    private func measure(_ text: String) -> HashedText {
        var ids: [UInt32] = []
        return NGramHasher(features: Self.features).encode(Array(text.utf8).span, into: &ids)
    }

    // Models outlive toolchains: these numbers must never change.
    @Test func hashesArePinned() {
        #expect(ids("Good day") == Self.pinnedEnglish)
        #expect(ids("很好。") == Self.pinnedChinese)
    }

    private static let pinnedEnglish: [UInt32] = [
        390, 220, 211, 165, 152, 372, 103, 307, 50, 316, 394, 82, 668, 868, 652,
    ]
    private static let pinnedChinese: [UInt32] = [957, 917, 834, 659, 499, 730]

    @Test func wordsGiveNGramsOfWordsAndOfTheirCharacters() {
        // <good>: 4 of three characters, 3 of four; <a> is three characters, the whole word, which is left out.
        let all = ids("good a")
        #expect(all.filter { $0 < 400 }.count == 7)
        #expect(all.filter { $0 >= 400 }.count == 3)
    }

    @Test func chineseCharactersGiveNGramsUpToFour() {
        #expect(ids("今天天气").count == 4 + 3 + 2 + 1)
        #expect(ids("今天天气").allSatisfy { $0 >= 400 })
    }

    @Test func aWordAmongChineseCharactersEndsTheLongNGrams() {
        // Pieces 我 爱 b 你: of three, both hold the word; of four, none.
        let withoutWord = ids("我爱你们").count
        #expect(withoutWord == 10)
        #expect(ids("我爱7你").filter { $0 >= 400 }.count == 4 + 3 + 2)
    }

    @Test(arguments: [
        ("GOOD Day", "good day"), ("ＧＯＯＤ", "good"), ("don’t", "don't"), ("soooooo", "sooo"), ("a  b", "a b"),
        ("ÄRGER", "ärger"), ("ПРИВЕТ", "привет"), ("好，的", "好,的"), ("哈哈哈哈哈哈", "哈哈哈"), ("!!!!!", "!!!"),
    ])
    func spellingsThatMeanTheSameAreReadAlike(one: String, other: String) {
        #expect(ids(one) == ids(other))
    }

    @Test func digitsAndHandlesAreFoldedOnRequest() {
        var folding = Self.features
        #expect(ids("a 17 @ann http://x.y/z") != ids("a 23 @bob_2 https://q"))
        folding.foldsDigits = true
        folding.foldsHandles = true
        #expect(ids("a 17 @ann http://x.y/z", folding) == ids("a 23 @bob_2 https://q", folding))
    }

    @Test func repeatedFeaturesCountOnceOnRequest() {
        var distinct = Self.features
        distinct.distinct = true
        let repeated = ids("very very very good")
        #expect(Set(repeated).count < repeated.count)
        #expect(ids("very very very good", distinct) == Set(repeated).sorted())
    }

    @Test func tokensAreWordsAndChineseCharacters() {
        #expect(measure("").tokens == 0)
        #expect(measure("  \n").tokens == 0)
        #expect(measure("It's 5 o'clock, 今天。").tokens == 5)
    }

    @Test func aTextBeyondTheLimitIsReadToTheLimit() {
        let limit = NGramHasher.codePointsMaximum
        #expect(!measure(String(repeating: "ab ", count: limit / 3)).truncated)
        let long = measure(String(repeating: "ab", count: limit / 2) + "c")
        #expect(long.truncated)
        #expect(ids(String(repeating: "a b c ", count: 20_000)).count < limit * 8)
    }

    @Test func aTextIsReadAlikeAfterOthers() {
        let hasher = NGramHasher(features: Self.features)
        var reused: [UInt32] = []
        _ = hasher.encode(Array(String(repeating: "long 文本 @x http ", count: 500).utf8).span, into: &reused)
        let start = reused.count
        _ = hasher.encode(Array("a short text".utf8).span, into: &reused)
        #expect(Array(reused[start...]) == ids("a short text"))
    }

    @Test func everyTextStaysWithinTheBuckets() {
        var generator = SystemRandomNumberGenerator()
        var features = NGramFeatures(
            wordOrder: 8,
            cjkOrder: 8,
            characterOrderMinimum: 1,
            characterOrderMaximum: 16,
            skip: 2,
            foldsDigits: true,
            foldsHandles: true,
            buckets: 11
        )
        features.characterBuckets = 3
        let alphabet = Array("ab'@_h tp0!。天ä😀\u{FEFF}\u{0}'\u{10FFFF}".unicodeScalars)
        for length in 0..<100 {
            var text = String.UnicodeScalarView()
            for _ in 0..<length {
                text.append(alphabet[Int(generator.next() % UInt64(alphabet.count))])
            }
            #expect(ids(String(text), features).allSatisfy { $0 < 11 }, "\(text.map(\.value))")
        }
    }

    @Test func bucketsAreFilledEvenly() {
        let features = NGramFeatures(wordOrder: 1, characterOrderMaximum: 0, buckets: 1000, characterBuckets: 400)
        let hasher = NGramHasher(features: features)
        var ids: [UInt32] = []
        for start in stride(from: 0, to: 60_000, by: 1000) {
            let text = (start..<(start + 1000)).map { "w\($0)" }.joined(separator: " ")
            _ = hasher.encode(Array(text.utf8).span, into: &ids)
        }
        var counts = Array(repeating: 0, count: 600)
        for id in ids { counts[Int(id) - 400] += 1 }
        // 100 are expected in each; six standard deviations of a Poisson variable.
        #expect(counts.allSatisfy { (40...160).contains($0) })
    }
}
