import Foundation
import Glibc
import Testing

@Suite struct GcTests {
    /// Makes everything that a queue wrote look as if it were so many days old.
    private func age(_ test: TestRoot, days: Int, key: String) throws {
        let done = test.root.appending(path: "spool/sentiment/done/\(key)")
        let text = try String(contentsOf: done, encoding: .utf8)
        let stamp = try #require(text.firstMatch(of: /"finished_at":"([^"]+)"/)?.1)
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let body = text.split(separator: "\n")[0].replacingOccurrences(
            of: "\"finished_at\":\"\(stamp)\"",
            with: "\"finished_at\":\"\(formatter.string(from: Date(timeIntervalSinceNow: -86_400 * Double(days))))\""
        )
        let plain = try test.write(body + "\n", to: "sealed")
        let hash = try RunningCommand(tool: "/usr/bin/sha256sum", [plain]).finish().output.prefix(64)
        try Data("\(body)\n\(hash)\n".utf8).write(to: done)
    }

    private func published() throws -> TestRoot {
        let test = try TestRoot()
        try test.expect(0, "submit", test.write(TestRoot.records(3), to: "a.jsonl"), "--queue", "sentiment")
        try test.expect(0, "run", "--once")
        return test
    }

    @Test func dryRunRemovesNothingAndApplyDoes() throws {
        let test = try published()
        #expect(try test.expect(0, "gc").output.contains("nothing has been kept for longer"))
        try age(test, days: 100, key: "a")
        let planned = try test.expect(0, "gc").output
        #expect(planned.contains("spool/sentiment/archive/a.jsonl") && planned.contains("100 d since the job's end"))
        #expect(planned.contains("nothing was removed, --apply does it"))
        #expect(test.exists("spool/sentiment/archive/a.jsonl"))
        #expect(try test.expect(0, "gc", "--apply").output.contains("removed 1 entry"))
        #expect(!test.exists("spool/sentiment/archive/a.jsonl"))
        #expect(test.exists("spool/sentiment/done/a") && test.exists("outbox/sentiment/a/_SUCCESS"))
    }

    @Test func recordsGoOnlyWhileNoDaemonRuns() throws {
        let test = try published()
        try test.configure(queue: "sentiment", "model: sentiment\nretention: { outbox_days: 7 }\n")
        try age(test, days: 500, key: "a")
        let daemon = try test.start("run")
        try test.expect(0, "submit", test.write(TestRoot.records(1), to: "b.jsonl"), "--queue", "sentiment", "--wait")
        let beside = try test.expect(0, "gc", "--apply").output
        #expect(beside.contains("removed 2 entries") && beside.contains("done/ is left as it is while a daemon runs"))
        daemon.signal(SIGTERM)
        #expect(daemon.finish().code == 0)
        #expect(test.exists("spool/sentiment/done/a"))
        try test.expect(0, "gc", "--apply")
        #expect(test.names(in: "spool/sentiment/done") == ["b"])
    }

    /// Only root can make another user's files, and become another user.
    @Test(.enabled(if: geteuid() == 0)) func whatBelongsToAnotherUserKeepsNothingElseFromGoing() throws {
        let test = try published()
        try age(test, days: 100, key: "a")
        try test.configure(queue: "sentiment", "model: sentiment\nretention: { outbox_days: 7 }\n")
        let nobody = "65534"
        for path in [test.directory.path, test.root.path] { #expect(chmod(path, 0o755) == 0) }
        #expect(try RunningCommand(tool: "/usr/bin/chown", ["-R", nobody, test.root.path]).finish().code == 0)
        let results = test.root.appending(path: "outbox/sentiment/a").path
        #expect(chown(results, 0, 0) == 0 && chmod(results, 0o755) == 0)

        let refused = try test.expect(78, "run", "--once").error
        #expect(refused.contains("run it as that user: runuser -u nobody -- batchd run --once"), "\(refused)")
        #expect(try test.expect(78, "init", test.root.path).error.contains("runuser -u nobody"))
        let doctor = try test.expect(69, "doctor", "--brief").output
        #expect(doctor.contains("outbox/sentiment: outbox/sentiment/a belongs to root"), "\(doctor)")
        #expect(doctor.contains("chown -R nobody '/") && doctor.contains("/outbox/sentiment'"), "\(doctor)")

        let parts = test.root.appending(path: "spool/sentiment/archive/parts")
        try FileManager.default.createDirectory(at: parts, withIntermediateDirectories: false)
        let old = Date(timeIntervalSinceNow: -100 * 86_400)
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o700, .modificationDate: old]
        try FileManager.default.setAttributes(attributes, ofItemAtPath: parts.path)
        let words = [
            "--reuid", nobody, "--clear-groups", RunningCommand.binary, "gc", "--apply", "--root", test.root.path,
        ]
        let output = try RunningCommand(tool: "/usr/bin/setpriv", words).finish()
        #expect(output.code == 78, "\(output.error)")
        #expect(output.output.contains("removed 1 entry"), "\(output.output)")
        #expect(output.error.contains("spool/sentiment/archive/parts: "), "\(output.error)")
        #expect(output.error.contains("outbox/sentiment/a: "), "\(output.error)")
        #expect(output.error.contains("chown -R nobody"), "\(output.error)")
        #expect(!test.exists("spool/sentiment/archive/a.jsonl") && test.exists("outbox/sentiment/a/_SUCCESS"))
    }

    @Test func cacheOfNoQueueGoesAndThatOfAQueueStays() throws {
        let test = try published()
        try test.configure(queue: "news", "model: sentiment\ncache: 16MiB\n")
        for queue in ["news", "gone", "sentiment"] { try test.write("1234", to: "root/state/cache/\(queue)/stamp") }
        let planned = try test.expect(0, "gc").output
        #expect(planned.contains("state/cache/gone") && planned.contains("no queue keeps it"), "\(planned)")
        #expect(planned.contains("2 entries") && !planned.contains("state/cache/news"), "\(planned)")
        #expect(test.exists("state/cache/gone"))
        let doctor = try test.batchd("doctor").output
        #expect(doctor.contains("state/cache/news: 4 B of 16 MiB"), "\(doctor)")
        #expect(doctor.contains("state/cache/gone: 4 B of answers that no queue keeps"), "\(doctor)")
        #expect(try test.expect(0, "gc", "--queue", "news").output.contains("nothing has been kept"))
        try test.expect(0, "gc", "--apply")
        #expect(test.names(in: "state/cache") == ["news"])
    }

    @Test func contradictionIsAConfigurationError() throws {
        let test = try TestRoot()
        try test.configure(queue: "sentiment", "model: sentiment\nretention: { done_days: 10 }\n")
        #expect(try test.expect(78, "gc").error.contains("less than 'retention.replay_days', 30"))
        try test.expect(78, "config", "check")
    }

    @Test(.enabled(if: TestRoot.canValidate)) func documentIsAsItsSchemaSays() throws {
        let test = try published()
        try age(test, days: 100, key: "a")
        try test.write("1234", to: "root/state/cache/gone/stamp")
        let file = try test.write(test.expect(0, "gc", "--json").output, to: "gc.json")
        try test.expectValid("gc", URL(fileURLWithPath: file))
    }
}
