import BatchCore
import Foundation
import Kernels
import Testing

@testable import Models

/// A batch is computed in slices that bound the memory, and no answer shows it.
@Suite struct EncoderSliceTests {
    private func answers(_ model: EncoderModel, tokensPerSlice: Int) throws -> (rows: PredictionRows, capacity: Int) {
        let session = EncoderSession(model: model, tokensPerSlice: tokensPerSlice)
        var batch = PackedBatch()
        for count in [1, 200, 3] {
            let text = Array(String(repeating: "bad face, of 12 to dec ", count: count).utf8)
            let encoded = session.encode(text.span, pair: nil, onLong: .window, into: &batch)
            #expect((encoded.windows > 50) == (count == 200))
        }
        var rows = PredictionRows(columns: model.valuesPerRecord)
        try session.predict(batch, into: &rows)
        return (rows, session.workspace.hidden.capacity)
    }

    @Test(arguments: ["bert-sequence", "bert-tokens-f16", "sentence-mean"], PrecisionChoice.allCases)
    func slicesGiveTheBytesOfTheWhole(name: String, precision: PrecisionChoice) throws {
        let loaded = try ModelDirectory(EncoderFixture.path(name)).load(precision: precision)
        let model = try #require(loaded as? EncoderModel)
        let whole = try answers(model, tokensPerSlice: .max)
        #expect(whole.rows.count == 3 && whole.capacity > 1000)
        for tokens in [1, 24, 50] {
            let sliced = try answers(model, tokensPerSlice: tokens)
            #expect(sliced.rows.values == whole.rows.values)
            #expect(sliced.rows.entities == whole.rows.entities && sliced.rows.entityEnds == whole.rows.entityEnds)
            #expect(sliced.capacity <= max(tokens, 24))
        }
    }

    @Test func aSessionsScratchHasACeiling() throws {
        let loaded = try ModelDirectory(EncoderFixture.path("bert-sequence")).load()
        let session = EncoderSession(model: try #require(loaded as? EncoderModel))
        var batch = PackedBatch()
        let text = Array(String(repeating: "bad face, of 12 to dec ", count: 2000).utf8)
        _ = session.encode(text.span, pair: nil, onLong: .window, into: &batch)
        #expect(batch.tokens.count > 16_000)
        var rows = PredictionRows(columns: 3)
        try session.predict(batch, into: &rows)
        #expect(rows.count == 1 && session.workspace.hidden.capacity <= 2048)
    }
}
