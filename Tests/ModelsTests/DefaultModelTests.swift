import BatchCore
import Foundation
import Kernels
import Models
import Testing

/// The model inside the binary, against its files in the repository.
@Suite struct DefaultModelTests {
    private struct Sentence: Decodable {
        var text: String
        var label: String
    }

    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "models/sentiment")

    private func sentences() throws -> [Sentence] {
        let lines = try Data(contentsOf: Self.folder.appending(path: "everyday-sentences.jsonl")).split(separator: 0x0A)
        return try lines.map { try JSONDecoder().decode(Sentence.self, from: Data($0)) }
    }

    private func predict(_ texts: [String], forcedKernels: String? = nil) throws -> [[Float]] {
        let model = try DefaultModel.load(forcedKernels: forcedKernels)
        let session = try model.makeSession()
        var batch = PackedBatch()
        var predictions = PredictionRows(columns: model.valuesPerRecord)
        for text in texts {
            _ = session.encode(Array(text.utf8).span, pair: nil, onLong: .truncate, into: &batch)
        }
        try session.predict(batch, into: &predictions)
        return texts.indices.map { Array(predictions.values[($0 * 3)..<($0 * 3 + 3)]) }
    }

    @Test func itIsTheCommittedFileAndItsDigestHolds() throws {
        let bytes = try Data(contentsOf: Self.folder.appending(path: "1/weights.bin"))
        #expect(bytes.count <= 4_000_000)
        let file = try LinearModelFile.read(Array(bytes), source: "weights.bin")
        #expect(try DefaultModel.load().identity.weightsSHA256 == file.sha256)
        let manifest = try ModelDirectory(Self.folder.appending(path: "1").path(percentEncoded: false)).manifest()
        #expect(manifest.weightsSHA256 == file.sha256)
    }

    @Test func everydaySentencesComeOutRight() throws {
        let sentences = try sentences()
        let labels = try DefaultModel.load().labels
        let rows = try predict(sentences.map(\.text))
        let right = zip(sentences, rows).count { sentence, row in
            row.max() == row[labels.firstIndex(of: sentence.label) ?? 0]
        }
        #expect(sentences.count == 40)
        #expect(right >= 37)
    }

    @Test func aPlainChinesePraiseIsPositive() throws {
        let row = try predict(["这是一篇很棒的评论。"])[0]
        #expect(row[0] > 0.9)
    }

    @Test func aTextAloneEqualsTheSameTextInABatch() throws {
        let texts = try sentences().map(\.text) + ["", " ", String(repeating: "long text 长文本 ", count: 10_000)]
        let together = try predict(texts)
        for (text, row) in zip(texts, together) {
            #expect(try predict([text])[0] == row)
        }
    }

    @Test(arguments: KernelTable.available.map(\.name))
    func everyInstructionSetGivesTheSameBytes(name: String) throws {
        let texts = try sentences().map(\.text)
        let rows = try predict(texts, forcedKernels: name)
        #expect(try predict(texts) == rows)
    }

    @Test func aTextWithoutFeaturesHasTheProbabilitiesOfTheBiases() throws {
        let row = try predict(["   "])[0]
        #expect(abs(row.reduce(0, +) - 1) < 1e-6)
    }
}
