import Foundation
import Tokenizers
import Training

/// Toy texts whose label follows from one word, and a directory of a test's own.
struct TrainingFixture {
    static let labels = ["negative", "neutral", "positive"]

    /// Texts of three labels, all different.
    static func texts(_ count: Int, first: Int = 0) -> LabelledTexts {
        let words = [["awful", "bad", "差"], ["table", "seven", "桌"], ["great", "good", "好"]]
        var texts = LabelledTexts(labels: labels)
        let group = texts.begin(LabelledTexts.Group())
        for number in first..<(first + count) {
            let label = number % 3
            let word = words[label][(number / 3) % 3]
            texts.append("this \(number) is \(word) as \(number * 7919) were", label: label, group: group)
        }
        return texts
    }

    static func options(threads: Int = 1, seed: UInt64 = 1) -> LinearTrainingOptions {
        LinearTrainingOptions(
            features: NGramFeatures(characterOrderMaximum: 4, buckets: 5000),
            epochs: 3,
            batchSize: 16,
            seed: seed,
            threads: threads
        )
    }

    /// Runs a test with a file that is removed afterwards.
    static func withFile(_ content: String, ending: String = "jsonl", _ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "training-\(UUID().uuidString).\(ending)"
        try Data(content.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }
}
