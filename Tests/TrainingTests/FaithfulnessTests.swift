import BatchCore
import Testing

@testable import Training

@Suite struct FaithfulnessTests {
    /// Says `good` as surely as a text has the word, and names words at random or the right one.
    private final class KeywordModel: BatchModel {
        let isHonest: Bool
        let identity = ModelIdentity(name: "k", version: 1, weightsSHA256: "", precision: "exact")
        let labels = ["good", "bad"]
        let explanationPasses = 1

        init(isHonest: Bool) {
            self.isHonest = isHonest
        }

        func makeSession() -> any ModelSession { Session(isHonest: isHonest) }

        private final class Session: ModelSession {
            let isHonest: Bool

            init(isHonest: Bool) {
                self.isHonest = isHonest
            }

            func encode(
                _ text: Span<UInt8>,
                pair: Span<UInt8>?,
                onLong: LongTextPolicy,
                into batch: inout PackedBatch
            ) -> EncodedText {
                let words = String(decoding: text.indices.map { text[$0] }, as: UTF8.self).split(separator: " ")
                batch.tokens.append(words.contains("key") ? 1 : 0)
                batch.endRecord()
                return EncodedText(inputTokens: 1, truncated: words.contains("long"))
            }

            func predict(_ batch: borrowing PackedBatch, into predictions: inout PredictionRows) {
                for token in batch.tokens { predictions.values += token == 1 ? [0.875, 0.125] : [0.25, 0.75] }
            }

            func explain(_ request: ExplanationRequest, into explanations: inout ExplanationRows) {
                for record in request.block.records.indices {
                    let text = Array(request.block.texts[request.block.textRange(of: record)])
                    let key = isHonest ? (text.firstIndex(of: UInt8(ascii: "k")) ?? 0) : 0
                    let stretch = ExplainedStretch(
                        start: key,
                        end: key + 3,
                        byteStart: key,
                        byteEnd: key + 3,
                        weight: 1
                    )
                    explanations.append(strongestOf: [stretch], atMost: request.stretchesMaximum)
                }
            }
        }
    }

    private func figures(_ isHonest: Bool, seed: UInt64 = 1) throws -> FaithfulnessFigures {
        let texts = (0..<200).map { number in
            Array("abc \(number) def\(number % 7 == 0 ? " long" : "") ghi key jkl mno pqr".utf8)
        }
        var measurer = try FaithfulnessMeasurer(
            model: KeywordModel(isHonest: isHonest),
            counts: [1],
            seed: seed,
            budgetTokens: 64
        )
        return try #require(try measurer.measure(texts).first)
    }

    @Test func theRightWordMovesTheAnswerMoreThanChance() throws {
        let honest = try figures(true)
        #expect(honest.texts == 171 && honest.words == 1)
        #expect(honest.comprehensiveness == 0.625 && honest.flipped == 1 && honest.sufficiency == 0)
        // One word of eight.
        #expect((0.05...0.11).contains(honest.randomComprehensiveness))
        #expect(honest.difference.low > 0.4 && honest.difference.high < 0.625)
        #expect((0.5...0.6).contains(honest.randomSufficiency))
    }

    @Test func aWrongWordDoesNot() throws {
        let wrong = try figures(false)
        #expect(wrong.comprehensiveness == 0 && wrong.flipped == 0 && wrong.sufficiency == 0.625)
        #expect(wrong.difference.high < 0)
    }

    @Test func theSameSeedGivesTheSameFigures() throws {
        #expect(try figures(true) == figures(true))
        #expect(try figures(true) != figures(true, seed: 2))
    }

    @Test func randomWordsAreAsManyAndInRunsAsLong() throws {
        let record = FaithfulnessRecord(Array("a b c 很好 d".utf8), cutter: FaithfulnessRecord.makeCutter())
        #expect(record.wordCount == 6)
        var random = SplitMix64(seed: 3)
        for _ in 0..<100 {
            let drawn = record.randomWords(like: [0..<3, 4..<5], using: &random).sorted()
            #expect(drawn.count == 4)
        }
        #expect(record.randomWords(like: [0..<6], using: &random).count == 6)
        #expect(String(decoding: record.without([1, 3]), as: UTF8.self) == "a  c 好 d")
        #expect(String(decoding: record.only([3, 4]), as: UTF8.self).filter { $0 != " " } == "很好")
    }
}
