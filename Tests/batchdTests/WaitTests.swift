import Foundation
import Testing

/// `wait` for files that were dropped before it began, seen from outside.
@Suite struct WaitTests {
    private static let bad = "{\"no\":1}\n"

    private func drop(_ text: String, as name: String, in test: TestRoot) throws {
        let file = test.root.appending(path: "spool/sentiment/incoming/\(name)")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    @Test func lastFileOfANameCountsAlsoWhereItWasADuplicate() throws {
        let test = try TestRoot()
        let good = TestRoot.records(2)
        let drops: [(text: String, run: Int32, wait: Int32)] = [
            (Self.bad, 65, 65), (good, 0, 0), (Self.bad, 0, 65), (good, 0, 0), (Self.bad, 0, 65),
        ]
        for (index, dropped) in drops.enumerated() {
            try drop(dropped.text, as: "a.jsonl", in: test)
            try test.expect(dropped.run, "run", "--once")
            let wait = try test.expect(dropped.wait, "wait", "sentiment/a.jsonl", "--timeout", "10s")
            #expect(wait.error.contains("sentiment/a.jsonl is a duplicate: sentiment/a") == (index >= 2))
        }
        #expect(test.names(in: "outbox/sentiment").count == 2)
    }

    @Test func duplicateIsKnownByTheNameThatItWasDroppedUnder() throws {
        let test = try TestRoot()
        for name in ["a.jsonl", "a.ndjson", "b.c.jsonl", "b.c.jsonl"] {
            try drop(TestRoot.records(2), as: name, in: test)
            try test.expect(0, "run", "--once")
        }
        let wait = try test.expect(0, "wait", "sentiment/a.ndjson", "--timeout", "10s")
        #expect(wait.error.contains("sentiment/a.ndjson is a duplicate: sentiment/a has its content"))
        try test.expect(66, "wait", "sentiment/b.jsonl")
    }

    @Test func whatIsNotFinishedIsSaidWithItsReason() throws {
        let test = try TestRoot()
        try drop(TestRoot.records(1), as: "parts/part-0.jsonl", in: test)
        let parts = try test.expect(75, "wait", "sentiment/parts", "--timeout", "100ms")
        #expect(parts.error.contains("a directory is taken once _SUCCESS is in it; wait again later"))
        try drop(TestRoot.records(1), as: ".a.jsonl.part", in: test)
        let hidden = try test.expect(66, "wait", "sentiment/a.jsonl", "--timeout", "100ms")
        #expect(hidden.error.contains("'.a.jsonl.part' is there; a hidden name"))
    }

    @Test(.enabled(if: geteuid() == 0)) func whoMayNotListWhatWaitsIsToldOfWhatHasEnded() throws {
        let test = try TestRoot()
        try drop(TestRoot.records(2), as: "a.jsonl", in: test)
        try test.expect(0, "run", "--once")
        chmod(test.root.appending(path: "spool/sentiment/incoming").path, 0o3733)
        func wait(_ job: String) throws -> CommandOutput {
            let user = ["--reuid", "65534", "--regid", "65534", "--clear-groups", RunningCommand.binary]
            let words = user + ["wait", job, "--root", test.root.path]
            return try RunningCommand(tool: "/usr/bin/setpriv", words).finish()
        }
        for job in ["sentiment/a", "sentiment/a.jsonl", "a.jsonl"] {
            let ended = try wait(job)
            #expect(ended.code == 0, "\(ended.error)")
        }
        let unknown = try wait("sentiment/c.jsonl")
        #expect(unknown.code == 66)
        #expect(unknown.error.contains("may not list 'spool/sentiment/incoming'"), "\(unknown.error)")
        #expect(unknown.error.contains("mode 3770"))
    }
}
