import BatchCore
import Kernels
import Testing

@testable import Models

@Suite struct EncoderParityTests {
    /// An encoder of a fixture that is given ids.
    private static func model(
        _ name: String,
        _ precision: MatrixPrecision,
        _ kernels: KernelTable
    ) throws -> EncoderModel {
        try EncoderModel(
            checkpoint: EncoderCheckpoint(directory: EncoderFixture.path(name)),
            tokenizer: nil,
            identity: ModelIdentity(name: name, version: 1, weightsSHA256: "", precision: "\(precision)"),
            precision: precision,
            kernels: kernels
        )
    }

    private static func batch(_ cases: some Sequence<ExpectedOutputs.Case>) -> PackedBatch {
        var batch = PackedBatch()
        for one in cases {
            batch.tokens += one.ids
            batch.types += one.types ?? [UInt8](repeating: 0, count: one.ids.count)
            batch.spans += [TokenSpanInText](repeating: .none, count: one.ids.count)
            batch.endRecord()
        }
        return batch
    }

    /// The numbers of each record: scores, the embedding, or the scores of each token.
    private static func answers(_ model: EncoderModel, _ batch: PackedBatch) throws -> [[Float]] {
        let session = EncoderSession(model: model)
        var rows = PredictionRows(columns: model.valuesPerRecord)
        try session.predict(batch, into: &rows)
        guard model.task == .tokenClassification else {
            return (0..<rows.count).map { Array(rows.values[$0 * rows.columns..<($0 + 1) * rows.columns]) }
        }
        return (0..<batch.sequenceCount).map { sequence in
            batch.tokenRange(ofSequence: sequence).flatMap { Array(session.tokenScores($0)) }
        }
    }

    private static func expected(_ one: ExpectedOutputs.Case, of model: EncoderModel) -> [Float] {
        switch model.task {
        case .classification, .multiLabel: one.probabilities ?? []
        case .regression, .tokenClassification: one.logits ?? []
        case .embedding: one.embedding ?? []
        }
    }

    @Test(arguments: EncoderFixture.names)
    func answersAreThoseOfTransformers(name: String) throws {
        let cases = try ExpectedOutputs(name).cases
        for kernels in KernelTable.available {
            let model = try Self.model(name, .float32, kernels)
            let answers = try Self.answers(model, Self.batch(cases))
            for (one, answer) in zip(cases, answers) {
                let expected = Self.expected(one, of: model)
                try #require(answer.count == expected.count && !expected.isEmpty)
                let worst = zip(answer, expected).map { abs($0 - $1) }.max() ?? .infinity
                #expect(worst < 1e-4, "\(kernels.name), \(one.ids.count) tokens: off by \(worst)")
            }
        }
    }

    @Test(arguments: EncoderFixture.names, [MatrixPrecision.bfloat16, .int8])
    func lowerPrecisionStaysNear(name: String, precision: MatrixPrecision) throws {
        let cases = try ExpectedOutputs(name).cases
        let model = try Self.model(name, precision, KernelTable.select(forced: nil))
        for (one, answer) in zip(cases, try Self.answers(model, Self.batch(cases))) {
            let expected = Self.expected(one, of: model)
            let worst = zip(answer, expected).map { abs($0 - $1) }.max() ?? .infinity
            // Widths of 24 leave rounding errors little to average out over.
            let largest = expected.map { abs($0) }.max() ?? 0
            let tolerance = (precision == .int8 ? 0.16 : 0.04) * max(1, largest)
            #expect(worst < tolerance, "\(one.ids.count) tokens: off by \(worst) of \(largest)")
        }
    }

    @Test(arguments: EncoderFixture.names, MatrixPrecision.allCases)
    func aRecordAloneGivesTheBytesItGivesInAnyBatch(name: String, precision: MatrixPrecision) throws {
        let cases = try ExpectedOutputs(name).cases
        for kernels in KernelTable.available {
            let model = try Self.model(name, precision, kernels)
            let together = try Self.answers(model, Self.batch(cases))
            let reversed = try Self.answers(model, Self.batch(cases.reversed()))
            let crowded = try Self.answers(model, Self.batch((0..<7).flatMap { _ in cases }))
            for (index, one) in cases.enumerated() {
                let alone = try Self.answers(model, Self.batch([one]))[0]
                #expect(alone == together[index], "\(kernels.name), record \(index)")
                #expect(alone == reversed[cases.count - 1 - index], "\(kernels.name), record \(index)")
                #expect(alone == crowded[6 * cases.count + index], "\(kernels.name), record \(index)")
            }
        }
    }
}
