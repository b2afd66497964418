import Foundation
import Testing

/// `pipe`, seen from outside.
@Suite struct PipeTests {
    @Test func oneLineComesOutForEachLineInInOrder() throws {
        let test = try TestRoot()
        let input = "{\"id\":1,\"text\":\"good\"}\r\n\n \n[]\n{\"text\":\"bad\"}\n{\"a\":1}"
        let output = try test.batchd("pipe", "--model", "sentiment", input: input)
        #expect(output.code == 0)
        let lines = output.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 7)
        #expect(lines[0].hasPrefix(#"{"id":1,"line":1,"label":"positive""#))
        #expect(lines[1] == "" && lines[2] == "" && lines[6] == "")
        #expect(lines[3].hasPrefix(#"{"_raw":"[]","_error":{"code":"not_an_object""#))
        #expect(lines[4].hasPrefix(#"{"id":5,"line":5,"label":"negative""#))
        #expect(lines[5].hasPrefix(#"{"a":1,"_error":{"code":"missing_field""#))
    }

    @Test func bytesAreThoseOfTheSpool() throws {
        let test = try TestRoot()
        let input = (0..<3000).map { $0 % 7 == 3 ? "[\($0)]\n" : TestRoot.records(1, first: $0) }.joined()
        let file = try test.write(input, to: "a.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        try test.expect(0, "run", "--once")
        for threads in ["1", "3"] {
            let output = try test.batchd("pipe", "--queue", "sentiment", "--threads", threads, input: input).output
            let lines = output.split(separator: "\n")
            #expect(lines.count == 3000)
            let results = lines.filter { !$0.contains("\"_error\":") }.joined(separator: "\n") + "\n"
            let errors = lines.filter { $0.contains("\"_error\":") }.joined(separator: "\n") + "\n"
            #expect(try results == test.text("outbox/sentiment/a/results.jsonl.zst"))
            #expect(try errors == test.text("outbox/sentiment/a/errors.jsonl.zst"))
        }
    }

    @Test func lineComesOutWithoutWaitingForMore() throws {
        let test = try TestRoot()
        let pipe = try test.start("pipe", "--model", "sentiment")
        pipe.write("{\"text\":\"good\"}\n")
        #expect(pipe.lines(1).first?.contains("positive") == true)
        pipe.write("\n")
        #expect(pipe.lines(2).last == "")
        pipe.write("{\"text\":\"terrible\"}\n{\"te")
        #expect(pipe.lines(3).last?.contains("negative") == true)
        pipe.write("xt\":\"good\"}\n")
        #expect(pipe.lines(4).last?.contains("positive") == true)
        #expect(pipe.finish().code == 0)
    }

    @Test func readerThatHasEnoughEndsItQuietly() throws {
        let test = try TestRoot()
        let file = try test.write(TestRoot.records(20_000), to: "a.jsonl")
        let binary = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "batchd").path
        let script = "'\(binary)' pipe --model sentiment < '\(file)' | head -n 1 >/dev/null; echo ${PIPESTATUS[0]}"
        let output = try RunningCommand(tool: "/bin/bash", ["-c", script]).finish()
        #expect(output.output == "0\n")
        #expect(output.error == "")
    }

    @Test func templateAndIDFieldAreTakenFromOptions() throws {
        let test = try TestRoot(initialised: false)
        let input = #"{"key":"k1","title":"Great","body":"Love it"}"# + "\n"
        let output = try test.batchd(
            "pipe",
            "--model",
            "sentiment@1",
            "--text",
            "{title}. {body}",
            "--id",
            "key",
            input: input
        )
        #expect(output.output.hasPrefix(#"{"id":"k1","line":1,"label":"positive""#))
        #expect(try test.batchd("pipe", "--model", "sentiment", "--text", "{title").code == 64)
        #expect(try test.batchd("pipe").code == 64)
        #expect(try test.batchd("pipe", "--model", "nobody").code == 66)
    }

    @Test(arguments: ["sentiment", "bert-sequence"])
    func explanationsChangeNothingElseOfALine(name: String) throws {
        let test = try TestRoot()
        let fixtures = TestRoot.repository.appending(path: "Tests/ModelsTests/Fixtures")
        let model = name == "sentiment" ? name : fixtures.appending(path: name).path
        let input = TestRoot.records(200) + "{\"text\":\"很好😀 bad\"}\n{\"text\":\"\"}\n"
        let plain = try test.batchd("pipe", "--model", model, input: input).output
        let explained = try test.batchd("pipe", "--model", model, "--explain", "3", input: input).output
        #expect(explained.contains("\"explanation\":[{\"text\":\""))
        let pattern = /,"explanation":\[(\{[^}]*\},?)*\]/
        #expect(explained.replacing(pattern, with: "") == plain)
        let alone = try test.batchd("pipe", "--model", model, "--explain", "3", "--threads", "1", input: input)
        #expect(alone.output == explained)
        #expect(try test.batchd("pipe", "--model", model, "--explain", "51", input: "").code == 64)
    }

    @Test func queueOfAnotherDialectIsPipedInNativeLinesOnlyWhereThatIsSaid() throws {
        let test = try TestRoot()
        try test.configure(queue: "sentiment", "model: sentiment\noutput: { format: csv, fields: [id], pass: [n] }\n")
        let input = "{\"id\":1,\"text\":\"good\",\"n\":1.50}\n"
        let refused = try test.batchd("pipe", "--queue", "sentiment", input: input)
        #expect(refused.code == 78 && refused.output.isEmpty)
        #expect(refused.error.contains("'output.format: csv'") && refused.error.contains("--native"))
        let output = try test.batchd("pipe", "--queue", "sentiment", "--native", input: input)
        #expect(output.output == "{\"id\":1,\"n\":1.50}\n")
    }
}
