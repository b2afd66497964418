import Foundation
import Testing

/// Encoders through the real binary: what a record is answered depends on the record alone.
@Suite struct EncoderAnswersTests {
    private static let fixtures = TestRoot.repository.appending(path: "Tests/ModelsTests/Fixtures")
    private static let precisions = ["float32", "bfloat16", "int8"]

    /// Records of many lengths, some over the model's limit, in words that the fixtures' vocabularies know.
    private static func records(_ order: some Sequence<Int>) -> String {
        let words = ["abc", "face", "decade", "of", "bad", "ab", "to", "4", "!", "cafe"]
        return order.map { number in
            let text = (0..<number % 41).map { words[($0 * 7 + number) % words.count] }.joined(separator: " ")
            return "{\"id\":\(number),\"text\":\"\(text)\"}\n"
        }.joined()
    }

    /// The answers by id, without the number of the line.
    private static func answers(_ output: String) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: output.split(separator: "\n").compactMap { line in
                let fields = line.split(separator: ",", maxSplits: 2).map(String.init)
                return fields.count == 3 ? (fields[0], fields[2]) : nil
            }
        )
    }

    @Test(arguments: ["bert-sequence", "sentence-mean", "bert-tokens-f16"], precisions)
    func bytesDependNeitherOnNeighboursNorOnThreads(fixture: String, precision: String) throws {
        let test = try TestRoot()
        let model = Self.fixtures.appending(path: fixture).path
        let pipe = { (input: String, threads: String) throws -> String in
            let output = try test.batchd(
                "pipe",
                "--model",
                model,
                "--precision",
                precision,
                "--threads",
                threads,
                input: input
            )
            #expect(output.code == 0, "\(output.error)")
            return output.output
        }
        let numbers = Array(1..<300)
        let expected = Self.answers(try pipe(Self.records(numbers), "1"))
        #expect(expected.count == numbers.count)
        #expect(Self.answers(try pipe(Self.records(numbers.reversed()), "2")) == expected)
        #expect(Self.answers(try pipe(Self.records(numbers.shuffled()), "5")) == expected)
        for number in [1, 7, 40, 123] {
            let alone = Self.answers(try pipe(Self.records([number]), "2"))
            let key = "{\"id\":\(number)"
            #expect(alone[key] == expected[key])
        }
    }

    @Test func longTextsAreCutRefusedOrReadInWindows() throws {
        let test = try TestRoot()
        let fixture = Self.fixtures.appending(path: "bert-sequence").path
        try test.expect(0, "models", "add", "topic", fixture)
        let file = try test.write(Self.records(1..<60), to: "a.jsonl")
        var counts: [String: [String: Any]] = [:]
        for policy in ["truncate", "error", "window"] {
            try test.configure(queue: policy, "model: topic\nlimits: { on_long: \(policy) }\n")
            try test.expect(0, "submit", file, "--queue", policy)
        }
        try test.expect(0, "run", "--once")
        for policy in ["truncate", "error", "window"] {
            let metrics = try TestRoot.object(test.text("outbox/\(policy)/a/metrics.json"))
            counts[policy] = metrics["records"] as? [String: Any]
        }
        let truncated = counts["truncate"]?["truncated"] as? Int ?? 0
        #expect(truncated > 0)
        #expect(counts["error"]?["failed"] as? Int == truncated)
        #expect(counts["window"]?["windowed"] as? Int == truncated)
        #expect(counts["window"]?["truncated"] as? Int == 0)
        let windows = try test.text("outbox/window/a/results.jsonl.zst").split(separator: "\n")
        #expect(windows.count { $0.contains("\"windows\":") } == truncated)
    }
}
