import Foundation
import Testing

/// What a model that does more than classify publishes, seen from outside.
@Suite struct TaskTests {
    private static let texts =
        #"{"id":"a","text":"Ada met BOB"}"# + "\n"
        + #"{"id":"b","text":"nobody here"}"# + "\n"
        + #"{"id":"c","text":"one two three four five six seven eight Nine 你好 TEN"}"# + "\n"

    private func run(_ queue: String, _ yaml: String, in test: TestRoot, input: String = Self.texts) throws -> String {
        try test.configure(queue: queue, yaml)
        let file = try test.write(input, to: "\(queue).jsonl")
        try test.expect(0, "submit", file, "--queue", queue)
        try test.expect(0, "run", "--once")
        return try test.text("outbox/\(queue)/\(queue)/results.jsonl.zst")
    }

    private func expectValid(_ queue: String, in test: TestRoot) throws {
        guard TestRoot.canValidate else { return }
        let folder = test.root.appending(path: "outbox/\(queue)/\(queue)")
        try test.expectValid("result", folder.appending(path: "results.jsonl.zst"))
        try test.expectValid("metrics", folder.appending(path: "metrics.json"))
        try test.expectValid("manifest", folder.appending(path: "manifest.json"))
    }

    @Test func entitiesAndWindowsArePublished() throws {
        let test = try TestRoot()
        let yaml = "model: testing/marked-entities\nprecision: bfloat16\nlimits: { on_long: window }\n"
        let lines = try run("people", yaml, in: test).split(separator: "\n")
        let first =
            #"{"entity_group":"NAME","score":0.875,"word":"Ada","start":0,"end":3},"#
            + #"{"entity_group":"SHOUT","score":0.75,"word":"BOB","start":8,"end":11}"#
        #expect(
            lines.first ?? "" == #"{"id":"a","line":1,"entities":[\#(first)],"#
                + #""model":"marked@1","input_tokens":3,"truncated":false}"#
        )
        #expect(lines.last?.contains(#""word":"TEN","start":48,"end":51}]"#) == true, "\(lines)")
        #expect(lines.last?.hasSuffix(#""truncated":false,"windows":2}"#) == true, "\(lines)")
        let metrics = try test.json("outbox/people/people/metrics.json")
        #expect(metrics["labels"] as? [String: Int] == ["NAME": 2, "SHOUT": 2])
        #expect((metrics["records"] as? [String: Int])?["windowed"] == 1)
        #expect((metrics["confidence_histogram"] as? [Int])?.reduce(0, +) == 4)
        #expect((metrics["model"] as? [String: Any])?["precision"] as? String == "bfloat16")
        try expectValid("people", in: test)
    }

    @Test func everyTaskIsPublishedAsItsSchemaSays() throws {
        let test = try TestRoot()
        for (task, field) in [("labels", "labels"), ("value", "value"), ("embedding", "embedding")] {
            let lines = try run(task, "model: testing/marked-\(task)\n", in: test).split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines.allSatisfy { $0.contains("\"\(field)\":") })
            #expect(lines.last?.contains(#""input_tokens":11,"truncated":true}"#) == true, "\(lines)")
            try expectValid(task, in: test)
            let metrics = try test.json("outbox/\(task)/\(task)/metrics.json")
            #expect((metrics["records"] as? [String: Int])?["truncated"] == 1)
            let answers = (metrics["confidence_histogram"] as? [Int])?.reduce(0, +)
            #expect(answers == (task == "labels" ? 3 : 0))
        }
    }

    @Test func aPipeGivesTheBytesOfTheSpool() throws {
        let test = try TestRoot()
        let input = (0..<500).map { number in
            "{\"text\":\"Number \(number) of MANY words\(number % 3 == 0 ? " and so on and on" : "")\"}\n"
        }.joined()
        let yaml = "model: testing/marked-embedding\noutput: { embedding: base64 }\nlimits: { on_long: window }\n"
        let results = try run("vectors", yaml, in: test, input: input)
        for threads in ["1", "4"] {
            let piped = try test.batchd("pipe", "--queue", "vectors", "--threads", threads, input: input)
            #expect(piped.output == results)
        }
        #expect(results.contains("==\",\"model\""))
    }

    @Test func aLongTextIsAnErrorWhereTheQueueSaysSo() throws {
        let test = try TestRoot()
        let yaml = "model: testing/marked-value\nlimits: { on_long: error }\n"
        let lines = try run("values", yaml, in: test).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(try test.text("outbox/values/values/errors.jsonl.zst").contains("\"code\":\"text_too_long\""))
    }

    @Test func aPairIsRead() throws {
        let test = try TestRoot()
        try test.configure(queue: "pairs", "model: testing/marked-value\n")
        let input = #"{"text":"a","b":"c"}"# + "\n" + #"{"text":"a","b":"d"}"# + "\n" + #"{"text":"a"}"# + "\n"
        let lines = try test.batchd("pipe", "--queue", "pairs", "--text-pair", "b", input: input).output
            .split(separator: "\n")
        let values = lines.map { $0.split(separator: "\"value\":").last?.split(separator: ",").first ?? "" }
        #expect(values[0] != values[1])
        #expect(lines.last?.contains("\"code\":\"missing_field\"") == true)
    }

    @Test func twoQueuesRunOneModelAtTwoPrecisions() throws {
        let test = try TestRoot()
        for precision in ["int8", "float32"] {
            try test.configure(queue: precision, "model: testing/marked-labels\nprecision: \(precision)\n")
            let file = try test.write(Self.texts, to: "\(precision).jsonl")
            try test.expect(0, "submit", file, "--queue", precision)
        }
        try test.expect(0, "run", "--once")
        for precision in ["int8", "float32"] {
            let model = try test.json("outbox/\(precision)/\(precision)/metrics.json")["model"] as? [String: Any]
            #expect(model?["precision"] as? String == precision)
        }
    }

    @Test func whatTheModelCannotDoIsAConfigurationErrorInWords() throws {
        let test = try TestRoot()
        try test.configure(queue: "q", "model: sentiment@1\nprecision: float32\n")
        let precision = try test.expect(78, "run", "--once").error
        #expect(precision.contains("The model sentiment@1 runs in int8 and cannot run in float32."), "\(precision)")
        try test.configure(queue: "q", "model: testing/marked-embedding\noutput: { fields: [id, label] }\n")
        let field = try test.expect(78, "run", "--once").error
        #expect(field.contains("'output.fields' has 'label', which embedding does not give"), "\(field)")
        let pipe = try test.batchd("pipe", "--model", "sentiment", "--precision", "bfloat16", input: "")
        #expect(pipe.code == 78)
        #expect(try test.batchd("pipe", "--model", "sentiment", "--precision", "float64", input: "").code == 64)
    }

    @Test func aBenchOfAModelPrintsOneLineAndWritesWhatAPipeWrites() throws {
        let test = try TestRoot()
        let records = TestRoot.records(300)
        let file = try test.write(records, to: "a.jsonl")
        _ = try RunningCommand(tool: "/usr/bin/zstd", ["-q", file]).finish()
        let output = test.directory.appending(path: "out.jsonl")
        for (input, limit) in [(file, "300"), (file + ".zst", "77")] {
            let bench = try test.expect(
                0,
                "bench",
                "model",
                "sentiment",
                "--input",
                input,
                "--threads",
                "2",
                "--limit",
                limit,
                "--batch-tokens",
                "64",
                "--output",
                output.path,
                "--precision",
                "int8"
            )
            let line = try TestRoot.object(bench.output)
            #expect(line["records"] as? Int == Int(limit))
            #expect(line["precision"] as? String == "int8")
            #expect(line["batch_tokens"] as? Int == 64)
            for key in ["seconds", "cpu_s", "load_s", "tokens", "records_per_s", "tokens_per_s", "peak_rss_mb"] {
                #expect((line[key] as? Double).map { $0 > 0 } == true, "\(key)")
            }
            let wanted = records.split(separator: "\n").prefix(Int(limit) ?? 0).joined(separator: "\n") + "\n"
            let piped = try test.batchd("pipe", "--model", "sentiment", input: wanted).output
            #expect(try String(contentsOf: output, encoding: .utf8) == piped)
        }
        try test.expect(66, "bench", "model", "sentiment", "--input", file + ".none")
        try test.expect(78, "bench", "model", "sentiment", "--input", file, "--precision", "float32")
    }
}
