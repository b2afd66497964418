import Foundation
import Spool
import SystemPackage
import Testing

/// What `hold` and its like say where the daemon does not answer; the test itself holds the lock in its place.
@Suite struct JobRequestTests {
    private static let job = "sentiment/a"

    private func root() throws -> (TestRoot, InstanceLock) {
        let test = try TestRoot()
        let file = try test.write(TestRoot.records(2), to: "a.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        return (test, try #require(try InstanceLock.tryLock(root: FilePath(test.root.path))))
    }

    @Test func whatNoDaemonHasTakenIsWithdrawn() throws {
        let (test, lock) = try root()
        defer { withExtendedLifetime(lock) {} }
        let error = try test.expect(75, "hold", Self.job, "--timeout", "1ms").error
        #expect(error.contains("the daemon did not do it within 1ms, and nothing was changed"), "\(error)")
        #expect(test.names(in: "control") == [])
    }

    @Test func whatADaemonHasTakenIsUnderWay() throws {
        let (test, lock) = try root()
        defer { withExtendedLifetime(lock) {} }
        let root = FilePath(test.root.path)
        let watcher = try SpoolWatcher(root: root)
        #expect(watcher.watch(SpoolLayout.control))
        let command = try test.start("hold", Self.job, "--timeout", "2s")
        var asked: String?
        while asked == nil {
            _ = try watcher.wait(timeoutMilliseconds: 60_000)
            asked = test.names(in: "control").first { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
        }
        let name = try #require(asked)
        let taken = FilePath("control/" + name.replacing(".json", with: ".taken"))
        let disk = try LinuxFileSystem(root: root)
        try disk.rename(FilePath("control/\(name)"), to: taken, replacing: false)
        let output = command.finish()
        #expect(output.code == 75)
        #expect(output.error.contains("'sentiment/a': the daemon has begun and did not end it within 2s"))
        #expect(output.error.contains("it is under way; see: batchd status"))
        #expect(!output.error.contains("nothing was changed"))
        #expect(test.exists(taken.string))
    }

    @Test func aQueueSurvivesCommandsThatGiveUpAtOnce() throws {
        let test = try TestRoot()
        let file = try test.write(TestRoot.records(100_000), to: "long.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        let run = try test.start("run")
        run.waitForMessage("job accepted")
        for round in 0..<40 {
            let output = try test.batchd("prioritize", "sentiment/long", "--timeout", "\(1 + round % 4)ms")
            #expect([0, 75].contains(output.code), "\(output.error)")
        }
        try test.expect(0, "wait", "sentiment/long", "--timeout", "300s")
        run.signal(SIGTERM)
        let output = run.finish()
        #expect(output.code == 0)
        #expect(!output.error.contains("queue stopped"))
    }
}
