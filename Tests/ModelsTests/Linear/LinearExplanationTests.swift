import BatchCore
import Foundation
import Kernels
import Testing

@testable import Models

@Suite struct LinearExplanationTests {
    private static let texts = [
        "The food was not good, but the STAFF didn't care!!", "很不错的酒店😀😀推荐 it", "", "   ", "x",
        "goooood http://a.b 1234 哈哈哈哈哈",
    ]

    private func model() throws -> LinearModel {
        let identity = ModelIdentity(name: "m", version: 1, weightsSHA256: "", precision: "int8")
        return try LinearModel(identity: identity, parameters: ModelFixture.parameters)
    }

    private func session(_ model: LinearModel) throws -> LinearSession {
        try #require(model.makeSession() as? LinearSession)
    }

    /// The logit of the label less the mean of the others', as the answer's probabilities have it: what all logits
    /// have in common falls out.
    private func logOdds(_ probabilities: ArraySlice<Float>, label: Int, shares: [Double]) -> Double {
        let logarithms = probabilities.map { log(Double($0)) }
        return logarithms.indices.reduce(0) { sum, other in
            sum + (other == label ? logarithms[other] : -shares[other] * logarithms[other])
        }
    }

    @Test(arguments: [false, true])
    func contributionsSumUpToWhatTheFeaturesAdd(withPairs: Bool) throws {
        let model = try model()
        let fixture = ExplanationFixture(
            texts: Self.texts,
            pairs: withPairs ? Self.texts.reversed() : nil
        )
        let predictions = try fixture.outcome(model, explained: false).predictions
        let session = try session(model)
        let request = fixture.request(predictions)
        let biases = model.parameters.weights.biases.map(Double.init)
        for record in Self.texts.indices {
            let row = predictions.values[record * 3..<record * 3 + 3]
            let label = request.explainedColumn(ofRecord: record)
            let rest = row.enumerated().filter { $0.offset != label }.reduce(0) { $0 + Double($1.element) }
            let shares = row.map { Double($0) / rest }
            let start = biases.indices.reduce(0) { sum, other in
                sum + (other == label ? biases[other] : -shares[other] * biases[other])
            }
            let sum = session.words(ofRecord: record, in: request).joined().reduce(0) { $0 + $1.stretch.weight }
            #expect(abs(start + sum - logOdds(row, label: label, shares: shares)) < 1e-5, "record \(record)")
        }
    }

    @Test func aStretchWeighsWhatItsWordsDo() throws {
        let model = try model()
        let fixture = ExplanationFixture(texts: Self.texts)
        let outcome = try fixture.outcome(model)
        let session = try session(model)
        var lengths: Set<Int> = []
        for record in Self.texts.indices {
            let words = session.words(ofRecord: record, in: fixture.request(outcome.predictions))[0].map(\.stretch)
            for stretch in ExplanationFixture.stretches(outcome, record) {
                let inside = words.filter { $0.start >= stretch.start && $0.end <= stretch.end }
                #expect(abs(inside.reduce(0) { $0 + $1.weight } - stretch.weight) < 1e-9)
                #expect(inside.count <= 4 && inside.first?.start == stretch.start && inside.last?.end == stretch.end)
                lengths.insert(inside.count)
            }
        }
        #expect(lengths.count > 1)
    }

    @Test func anEmptyTextHasNothingThatMovedItsAnswer() throws {
        let outcome = try ExplanationFixture(texts: Self.texts).outcome(model())
        #expect(outcome.explanations.count == Self.texts.count)
        #expect(ExplanationFixture.stretches(outcome, 2).isEmpty && ExplanationFixture.stretches(outcome, 3).isEmpty)
        #expect(!ExplanationFixture.stretches(outcome, 4).isEmpty)
    }

    @Test func stretchesAreWordsOrNGramsInCodePoints() throws {
        let outcome = try ExplanationFixture(texts: Self.texts).outcome(model())
        for (record, text) in Self.texts.enumerated() {
            let scalars = Array(text.unicodeScalars)
            var taken: Set<Int> = []
            for stretch in ExplanationFixture.stretches(outcome, record) {
                let bytes = Array(text.utf8)[stretch.byteStart..<stretch.byteEnd]
                let counted = String(String.UnicodeScalarView(scalars[stretch.start..<stretch.end]))
                #expect(String(decoding: bytes, as: UTF8.self) == counted)
                #expect(taken.isDisjoint(with: stretch.start..<stretch.end))
                taken.formUnion(stretch.start..<stretch.end)
            }
        }
    }

    @Test func answersAreTheSameWithAndWithoutExplanations() throws {
        let fixture = ExplanationFixture(texts: Self.texts)
        let (with, without) = try (fixture.outcome(model()), fixture.outcome(model(), explained: false))
        #expect(with.predictions.values == without.predictions.values)
        #expect(with.encoded == without.encoded && with.tokens == without.tokens)
        #expect(without.explanations.count == 0)
    }

    @Test func anExplanationDoesNotDependOnItsNeighbours() throws {
        let together = try ExplanationFixture(texts: Self.texts).outcome(model())
        for (record, text) in Self.texts.enumerated() {
            let alone = try ExplanationFixture(texts: [text]).outcome(model())
            #expect(alone.explanations.stretches == ExplanationFixture.stretches(together, record))
        }
    }
}
