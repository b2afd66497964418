import Foundation
import Testing

@Suite struct VerifyTests {
    /// A root with one published job of good and bad records.
    private func published() throws -> TestRoot {
        let test = try TestRoot()
        let text = TestRoot.records(3) + "{\"id\":\"bad\"}\nnothing\n\n" + TestRoot.records(40, first: 4)
        try test.expect(0, "submit", test.write(text, to: "night.jsonl"), "--queue", "sentiment")
        try test.expect(0, "run", "--once")
        return test
    }

    @Test func publishedJobComesOutTheSameAgain() throws {
        let test = try published()
        let output = try test.expect(0, "verify", "night").output
        #expect(
            output.contains("sample: 43 of 43 answers computed again with sentiment@1 (int8), 43 with the same bytes")
        )
        #expect(output.contains("demanded: the same bytes, because instruction set"))
        #expect(output.hasSuffix("no difference found\n"))
        #expect(try test.expect(0, "verify", "night", "--sample", "7").output.contains("sample: 7 of 43"))
    }

    @Test func collectedDirectoryIsHeldAgainstItsManifest() throws {
        let test = try published()
        let collected = test.directory.appending(path: "collected")
        try FileManager.default.moveItem(at: test.root.appending(path: "outbox/sentiment/night"), to: collected)
        try test.expect(0, "verify", "./collected")
        try test.expect(0, "verify", "collected")
        let gone = try test.expect(66, "verify", "sentiment/night").output
        #expect(gone.contains("was collected") && gone.contains("nothing could be verified"))
        try Data("{}\n".utf8).write(to: collected.appending(path: "results.jsonl.zst"))
        try FileManager.default.removeItem(at: collected.appending(path: "_SUCCESS"))
        let output = try test.expect(65, "verify", "./collected").output
        #expect(output.contains("DIFFERENT: 'results.jsonl.zst' has 3 bytes, expected"))
        #expect(output.contains("DIFFERENT: '_SUCCESS' is missing"))
        try test.expect(66, "verify", "./nowhere")
    }

    @Test func whatIsNotThereAnyMoreIsSaid() throws {
        let test = try published()
        let archived = test.root.appending(path: "spool/sentiment/archive/night.jsonl")
        try Data("{}\n".utf8).write(to: archived)
        let changed = try test.expect(65, "verify", "night").output
        #expect(changed.contains("DIFFERENT: 'spool/sentiment/archive/night.jsonl'"))
        try FileManager.default.removeItem(at: archived)
        #expect(
            try test.expect(0, "verify", "night").output.contains("not verified: the answers: the input 'night.jsonl'")
        )
    }

    @Test func changedConfigurationOrKernelsDemandLabelsOnly() throws {
        let test = try published()
        try test.configure(
            queue: "sentiment",
            "model: sentiment\noutput: { scores: 1, fields: [id, label, probability] }\n"
        )
        let changed = try test.expect(0, "verify", "night").output
        #expect(
            changed.contains("demanded: the same labels, numbers within 0.001, because 'spool/sentiment/queue.yaml'")
        )
        #expect(changed.contains("0 with the same bytes"))
        let binary = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "batchd")
        let environment = ["BATCHD_ROOT": test.root.path, "BATCHD_FORCE_ISA": "portable"]
        let forced = try RunningCommand(tool: binary.path, ["verify", "night"], environment: environment).finish()
        #expect(forced.code == 0)
        #expect(forced.output.contains("demanded: the same labels") && forced.output.contains("and this is portable"))
    }

    @Test func answersThatAreOthersAreFoundAndNamed() throws {
        let test = try published()
        // The same file with one answer changed, and a manifest that fits it: only computing again can tell.
        try test.configure(queue: "sentiment", "model: sentiment\noutput: { fields: [id, label, probability] }\n")
        let results = test.root.appending(path: "outbox/sentiment/night/results.jsonl.zst")
        let text = try test.text("outbox/sentiment/night/results.jsonl.zst")
        let plain = try test.write(
            text.replacingOccurrences(of: "\"positive\",\"probability\":0.9", with: "\"positive\",\"probability\":0.1"),
            to: "forged.jsonl"
        )
        _ = try RunningCommand(tool: "/usr/bin/zstd", ["-qf", plain, "-o", results.path]).finish()
        let output = try test.expect(65, "verify", "night").output
        #expect(output.contains("'probability' is 0.1"))
        #expect(output.contains("DIFFERENT: 'results.jsonl.zst' has"))
    }

    @Test(arguments: ["csv", "openai", "comprehend", "fasttext"])
    func everyDialectIsComparedWithAnswersOfItsOwn(format: String) throws {
        let test = try TestRoot()
        let pass = format == "fasttext" ? "" : "pass: [note], "
        let queue = "model: sentiment\nshard_records: 16\n"
        try test.configure(queue: "sentiment", queue + "output: { \(pass)format: \(format) }\n")
        let odd = "{\"id\":\"o\",\"text\":\"Good.\",\"note\":\"a \\\"b\\\",\\r\\nc\"}\nno\n{\"id\":\"bad\"}\n\n"
        let text = odd + TestRoot.records(40) + odd
        try test.expect(0, "submit", test.write(text, to: "night.jsonl"), "--queue", "sentiment")
        try test.expect(0, "run", "--once")
        let same = try test.expect(0, "verify", "night").output
        let words = "sample: 42 of 42 answers computed again with sentiment@1 (int8), 42 with the same bytes"
        #expect(same.contains(words))
        if TestRoot.canValidate, format == "openai" || format == "comprehend" {
            let results = test.root.appending(path: "outbox/sentiment/night/results.jsonl.zst")
            try test.expectValid("result-\(format)", results)
        }
        #expect(try test.expect(0, "verify", "night", "--sample", "5").output.contains("sample: 5 of 42"))
        // A queue that changed its mind since, and other kernels, still find the answers.
        try test.configure(queue: "sentiment", queue + "explain: 2\noutput: { scores: 2, rename: { model: x } }\n")
        let later = try test.expect(0, "verify", "night").output
        #expect(later.contains("demanded: the same labels") && later.contains("no difference found"))
        try forge(test, name: format == "csv" ? "results.csv.zst" : format == "fasttext" ? "results.txt.zst" : nil)
        let forged = try test.expect(65, "verify", "night").output
        #expect(forged.contains("the answer to line 1 comes out otherwise"))
    }

    /// Makes the first positive answer a negative one.
    private func forge(_ test: TestRoot, name: String?) throws {
        let path = "outbox/sentiment/night/\(name ?? "results.jsonl.zst")"
        var text = try test.text(path)
        for (former, other) in [("positive", "negative"), ("POSITIVE", "NEGATIVE")] {
            // The header of a CSV file names the labels as well.
            let headerEnd = text.hasPrefix("id,") ? text.firstIndex(where: \.isNewline) : text.startIndex
            let start = try #require(headerEnd)
            if let range = text[start...].range(of: former) { text.replaceSubrange(range, with: other) }
        }
        try replace(path, in: test, with: text)
    }

    private func replace(_ path: String, in test: TestRoot, with text: String) throws {
        let plain = try test.write(text, to: "forged")
        let file = test.root.appending(path: path).path
        _ = try RunningCommand(tool: "/usr/bin/zstd", ["-qf", plain, "-o", file]).finish()
    }

    @Test(.enabled(if: TestRoot.canValidate)) func documentIsAsItsSchemaSays() throws {
        let test = try published()
        let file = try test.write(test.expect(0, "verify", "night", "--json").output, to: "verify.json")
        try test.expectValid("verify", URL(fileURLWithPath: file))
    }

    @Test func everythingThatDiffersIsCounted() throws {
        let test = try published()
        let one = test.root.appending(path: "outbox/sentiment/night/report.html")
        try Data("<html>".utf8).write(to: one)
        let alone = try test.expect(65, "verify", "night").output
        #expect(alone.hasSuffix("\n1 difference found\n"), "\(alone)")
        // The file itself, and each of its 43 answers.
        let results = "outbox/sentiment/night/results.jsonl.zst"
        try replace(results, in: test, with: test.text(results).replacing("\"positive\"", with: "\"negative\""))
        let all = try test.expect(65, "verify", "night").output
        #expect(all.contains("DIFFERENT: 23 further answers\n") && all.hasSuffix("\n45 differences found\n"), "\(all)")
    }

    @Test func usageIsChecked() throws {
        let test = try published()
        try test.expect(64, "verify", "night", "--sample", "-1")
        try test.expect(66, "verify", "nihgt")
        try test.expect(0, "submit", test.write(TestRoot.records(1), to: "later.jsonl"), "--queue", "sentiment")
        try test.expect(75, "verify", "later")
    }
}
