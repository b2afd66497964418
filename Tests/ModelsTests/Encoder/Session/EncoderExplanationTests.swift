import BatchCore
import Foundation
import Testing
import Tokenizers

@testable import Models

@Suite struct EncoderExplanationTests {
    private static let texts = [
        "bad face, of 12 to dec", "", "good 好的 fair😀 don't", "   ", "bad",
        String(repeating: "bad face of 12 to dec ", count: 6),
    ]

    private func model(_ name: String, _ precision: PrecisionChoice = .float32) throws -> EncoderModel {
        // Those that run on ids only are lent a tokenizer of their size.
        var model: EncoderModel?
        try EncoderFixture.withCopy(of: name) { fixture in
            for file in ["tokenizer.json", "tokenizer_config.json"] where name != "bert-sequence" {
                try? FileManager.default.removeItem(at: fixture.file(file))
                let lent = "\(EncoderFixture.path("bert-sequence"))/\(file)"
                try FileManager.default.copyItem(atPath: lent, toPath: fixture.file(file).path)
            }
            model = try ModelDirectory(fixture.directory).load(precision: precision) as? EncoderModel
        }
        return try #require(model)
    }

    /// The answer to the record without the tokens of a stretch, each window of it computed anew.
    private func score(
        _ model: EncoderModel,
        _ text: String,
        without stretch: ExplainedStretch?,
        column: Int,
        onLong: LongTextPolicy
    ) throws -> Double {
        let session = EncoderSession(model: model)
        let assembler = try #require(session.assembler)
        var encoder = try #require(session.encoder)
        var pieces = TokenPieces(recordsSpans: true)
        encoder.encode(Array(text.utf8).span, into: &pieces)
        var whole = PackedBatch()
        _ = assembler.append(pieces, pair: nil, onLong: onLong, into: &whole)
        var batch = PackedBatch()
        for sequence in whole.sequences(ofRecord: 0) {
            for token in whole.tokenRange(ofSequence: sequence) {
                let span = whole.spans[token]
                let isInside = stretch.map { Int(span.byteStart) >= $0.byteStart && Int(span.byteEnd) <= $0.byteEnd }
                if isInside == true && span.end > span.start { continue }
                batch.tokens.append(whole.tokens[token])
                batch.types.append(whole.types[token])
            }
            batch.endSequence()
        }
        batch.endRecord()
        var rows = PredictionRows(columns: model.valuesPerRecord)
        try session.predict(batch, into: &rows)
        guard model.task == .classification else { return Double(rows.values[column]) }
        let others = rows.values.indices.filter { $0 != column }.reduce(0) { $0 + Double(rows.values[$1]) }
        return log(Double(rows.values[column]) / others)
    }

    @Test(arguments: ["bert-sequence", "distilbert-sequence", "bert-regression"], [LongTextPolicy.truncate, .window])
    func weightsAreWhatTheAnswerLosesWithoutTheWord(name: String, onLong: LongTextPolicy) throws {
        let model = try model(name)
        let fixture = ExplanationFixture(texts: Self.texts, onLong: onLong)
        let outcome = try fixture.outcome(model)
        let request = fixture.request(outcome.predictions)
        for (record, text) in Self.texts.enumerated() {
            let column = request.explainedColumn(ofRecord: record)
            let whole = try score(model, text, without: nil, column: column, onLong: onLong)
            for stretch in ExplanationFixture.stretches(outcome, record) {
                let without = try score(model, text, without: stretch, column: column, onLong: onLong)
                #expect(abs(stretch.weight - (whole - without)) < 2e-5, "\(name), record \(record), \(stretch)")
            }
        }
    }

    @Test(arguments: ["bert-sequence", "distilbert-sequence"], PrecisionChoice.allCases)
    func anExplanationDoesNotDependOnItsNeighbours(name: String, precision: PrecisionChoice) throws {
        let model = try model(name, precision)
        let together = try ExplanationFixture(texts: Self.texts, onLong: .window, budgetTokens: 1 << 12).outcome(model)
        #expect(together.explanations.count == Self.texts.count)
        for (record, text) in Self.texts.enumerated() {
            let alone = try ExplanationFixture(texts: [text], onLong: .window, budgetTokens: 1).outcome(model)
            #expect(alone.explanations.stretches == ExplanationFixture.stretches(together, record))
        }
    }

    @Test(arguments: ["bert-sequence", "distilbert-sequence", "bert-regression"])
    func answersAreTheSameWithAndWithoutExplanations(name: String) throws {
        let model = try model(name, .auto)
        let fixture = ExplanationFixture(texts: Self.texts)
        let (with, without) = try (fixture.outcome(model), fixture.outcome(model, explained: false))
        #expect(with.predictions.values == without.predictions.values)
        #expect(with.encoded == without.encoded && with.tokens == without.tokens && with.batches == without.batches)
    }

    @Test func unitsAreWordsAndChineseCharactersInCodePoints() throws {
        let text = "good 好的 fair😀 don't"
        let outcome = try ExplanationFixture(texts: [text]).outcome(model("bert-sequence"))
        let scalars = Array(text.unicodeScalars)
        let stretches = ExplanationFixture.stretches(outcome, 0).sorted { $0.start < $1.start }
        let words = stretches.map { String(String.UnicodeScalarView(scalars[$0.start..<$0.end])) }
        #expect(words == ["good", "好", "的", "fair😀", "don't"] || words == ["good", "好", "的", "fair", "😀", "don't"])
        let bytes = Array(text.utf8)
        #expect(words == stretches.map { String(decoding: bytes[$0.byteStart..<$0.byteEnd], as: UTF8.self) })
    }

    @Test func aLongTextHasNoMoreUnitsThanTheBound() throws {
        let text = (0..<300).map { "bad \($0)" }.joined(separator: " ")
        let model = try model("bert-sequence")
        let windows = try ExplanationFixture(texts: [text], onLong: .window).outcome(model)
        let stretches = ExplanationFixture.stretches(windows, 0)
        #expect((1...OcclusionUnits.countMaximum).contains(stretches.count))
        #expect(stretches.contains { $0.byteEnd == text.utf8.count })
        #expect(stretches.allSatisfy { $0.byteEnd - $0.byteStart > 20 })
    }

    @Test func onlyWhatTheModelReadIsExplained() throws {
        let text = String(repeating: "bad face of dec ", count: 20)
        let outcome = try ExplanationFixture(texts: [text]).outcome(model("bert-sequence"))
        #expect(outcome.encoded[0].truncated)
        #expect(ExplanationFixture.stretches(outcome, 0).allSatisfy { $0.end <= 26 * 5 })
    }

    @Test func bothTextsOfAPairAreExplained() throws {
        let fixture = ExplanationFixture(texts: ["bad 好 face", ""], pairs: ["of dec", "to"])
        let outcome = try fixture.outcome(model("bert-sequence"))
        let stretches = ExplanationFixture.stretches(outcome, 0).sorted {
            ($0.isInPair ? 1 : 0, $0.start) < ($1.isInPair ? 1 : 0, $1.start)
        }
        #expect(stretches.map(\.start) == [0, 4, 6, 0, 3])
        #expect(stretches.map(\.isInPair) == [false, false, false, true, true])
        #expect(stretches.map(\.byteStart) == [0, 4, 8, 0, 3])
        let second = ExplanationFixture.stretches(outcome, 1)
        #expect(second.map(\.isInPair) == [true] && second.map(\.byteEnd) == [2])
    }

    @Test func aLabelAmongOthersIsExplainedByItsOwnLogit() throws {
        let texts = ["bad face of dec", "bad"]
        try EncoderFixture.withCopy(of: "bert-sequence") { fixture in
            let kind = #""problem_type": "multi_label_classification", "model_type""#
            try fixture.replace(#""model_type""#, with: kind, in: "config.json")
            let model = try #require(try ModelDirectory(fixture.directory).load(precision: .float32) as? EncoderModel)
            #expect(model.task == .multiLabel)
            let outcome = try ExplanationFixture(texts: texts).outcome(model)
            let stretch = try #require(ExplanationFixture.stretches(outcome, 1).first)
            // Nothing but the special tokens is left, as of an empty text.
            let empty = try ExplanationFixture(texts: [""]).outcome(model).predictions
            let label = outcome.predictions.bestColumn(ofRecord: 1)
            let logits = [outcome.predictions.values[3 + label], empty.values[label]].map { log(Double($0 / (1 - $0))) }
            #expect(abs(stretch.weight - (logits[0] - logits[1])) < 1e-4)
        }
    }

    @Test(arguments: [("bert-tokens-f16", false), ("sentence-mean", false), ("bert-regression", true)])
    func answersWithoutALabelOrANumberAreNotExplained(name: String, isExplained: Bool) throws {
        #expect(try (model(name).explanationPasses > 0) == isExplained)
    }
}
