import BatchCore
import Foundation
import Kernels
import Testing

@testable import Models

/// Weights that are finite and give what is not.
@Suite struct OverflowTests {
    /// A model that overflows for texts with the word of id 41, and for no other.
    private func withModel(of name: String, _ body: (EncoderModel) throws -> Void) throws {
        try EncoderFixture.withCopy(of: name) { copy in
            let names = try SafetensorsFile("\(copy.directory)/model.safetensors").entries.keys
            let words = try #require(names.first { $0.hasSuffix("word_embeddings.weight") })
            let offsets = try copy.offsets(of: words)
            let rowBytes = offsets.count / 60
            let huge = withUnsafeBytes(of: Float(3e38).bitPattern.littleEndian) { Array($0) }
            try copy.rewrite(data: { data in
                let row = offsets.lowerBound + 41 * rowBytes
                for at in stride(from: row, to: row + rowBytes, by: 4) { data.replaceSubrange(at..<at + 4, with: huge) }
            })
            let checkpoint = try EncoderCheckpoint(directory: copy.directory)
            try checkpoint.checkValues()
            for precision in MatrixPrecision.allCases {
                let identity = ModelIdentity(name: name, version: 3, weightsSHA256: "", precision: "\(precision)")
                let model = try EncoderModel(
                    checkpoint: checkpoint,
                    tokenizer: nil,
                    identity: identity,
                    precision: precision,
                    kernels: KernelTable.select(forced: nil)
                )
                try body(model)
            }
        }
    }

    private func batch(_ records: [UInt32]...) -> PackedBatch {
        var batch = PackedBatch()
        for ids in records {
            batch.tokens += ids
            batch.types += [UInt8](repeating: 0, count: ids.count)
            batch.spans += ids.indices.map {
                let at = UInt32($0)
                return TokenSpanInText(start: at, end: at + 1, byteStart: at, byteEnd: at + 1, startsWord: true)
            }
            batch.endRecord()
        }
        return batch
    }

    @Test(arguments: ["bert-sequence", "distilbert-sequence", "sentence-mean", "sentence-max", "distilbert-tokens"])
    func noAnswerIsMadeOfWhatIsNoNumber(name: String) throws {
        try withModel(of: name) { model in
            let session = try model.makeSession()
            var rows = PredictionRows(columns: model.valuesPerRecord)
            try session.predict(batch([2, 5, 6, 3], [2, 7, 3]), into: &rows)
            #expect(rows.count == 2)
            let text = message {
                try session.predict(batch([2, 5, 6, 3], [2, 5, 41, 3]), into: &rows)
            }
            #expect(text?.contains("The model \(name)@3 in \(model.identity.precision) overflows") == true)
        }
    }
}
