import BatchTesting
import Foundation
import Glibc
import SystemPackage
import Testing

/// The daemon as a service manager sees it, over a real socket.
@Suite struct ServiceTests {
    private func manager(for test: TestRoot) throws -> NotifySocket {
        try NotifySocket(address: "@batchd-\(test.directory.lastPathComponent)")
    }

    private func start(_ test: TestRoot, _ manager: NotifySocket, watchdogSeconds: Int = 600, _ more: String...) throws
        -> RunningCommand
    {
        let environment = ["NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "\(watchdogSeconds)000000"]
        return try test.start(["run"] + more, environment: environment)
    }

    @Test func theDaemonIsReadyReloadsAndStops() throws {
        let test = try TestRoot()
        let manager = try manager(for: test)
        let daemon = try start(test, manager)
        #expect(manager.lines(until: "READY=1")?.contains("STOPPING=1") == false)
        let file = try test.write(TestRoot.records(3), to: "three.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment", "--wait")
        daemon.signal(SIGHUP)
        let reloading = try #require(manager.lines(until: "RELOADING=1"))
        #expect(!reloading.contains("READY=1"))
        #expect(reloading.last?.wholeMatch(of: /MONOTONIC_USEC=[0-9]+/) != nil)
        #expect(manager.lines(until: "READY=1") != nil)
        daemon.signal(SIGTERM)
        #expect(manager.lines(until: "STATUS=told to end")?.contains("STOPPING=1") == true)
        #expect(daemon.finish().code == 0)
    }

    @Test func aSignalWhileTheEngineStartsIsNotLostAndKillsNobody() throws {
        let test = try TestRoot()
        let manager = try manager(for: test)
        let daemon = try start(test, manager)
        // The first word of the keeper comes before it is ready, or with it.
        _ = manager.next(withinMilliseconds: 60_000)
        daemon.signal(SIGHUP)
        daemon.waitForMessage("configuration read again")
        daemon.signal(SIGTERM)
        let output = daemon.finish()
        #expect(output.code == 0)
        #expect(!output.error.contains("died"))
    }

    @Test func aConfigurationThatIsBrokenUnderADaemonDoesNotEndItWhenItsEngineDies() throws {
        let test = try TestRoot()
        let manager = try manager(for: test)
        let daemon = try start(test, manager)
        #expect(manager.lines(until: "READY=1") != nil)
        let queue = test.root.appending(path: "spool/sentiment/queue.yaml")
        let good = try String(contentsOf: queue, encoding: .utf8)
        try "modle: sentiment\n".write(to: queue, atomically: true, encoding: .utf8)
        daemon.signal(SIGHUP)
        daemon.waitForMessage("configuration is wrong and was not taken")
        kill(try #require(try daemon.children().first), SIGKILL)
        let status = "STATUS=the configuration is wrong, and the engine cannot start; mend it"
        #expect(manager.lines(until: status) != nil)
        daemon.waitForMessage("the engine cannot start")
        #expect(try test.expect(0, "status").output.contains("but its engine cannot start"))
        try good.write(to: queue, atomically: true, encoding: .utf8)
        daemon.signal(SIGHUP)
        #expect(manager.lines(until: "RELOADING=1") != nil)
        #expect(manager.lines(until: "READY=1") != nil)
        let file = try test.write(TestRoot.records(3), to: "three.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment", "--wait")
        daemon.signal(SIGTERM)
        #expect(daemon.finish().code == 0)
    }

    @Test func theWatchdogIsNotFedForAnEngineThatStandsStill() throws {
        let test = try TestRoot()
        let manager = try manager(for: test)
        let daemon = try start(test, manager, watchdogSeconds: 4)
        #expect(manager.lines(until: "READY=1") != nil)
        #expect(manager.lines(until: "WATCHDOG=1") != nil)
        let engine = try #require(try daemon.children().first)
        kill(engine, SIGSTOP)
        // What beat before may still be told, however late; after that, nothing in more than the watchdog's time.
        var late = 0
        while late < 3, manager.lines(until: "WATCHDOG=1", withinMilliseconds: 4_500) != nil { late += 1 }
        #expect(late < 3)
        kill(engine, SIGCONT)
        #expect(manager.lines(until: "WATCHDOG=1") != nil)
        daemon.signal(SIGTERM)
        #expect(daemon.finish().code == 0)
    }

    @Test func aNightEndsAsReadyAndStopped() throws {
        let test = try TestRoot()
        let manager = try manager(for: test)
        let file = try test.write(TestRoot.records(3), to: "three.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        #expect(try start(test, manager, "--once").finish().code == 0)
        let lines = try #require(manager.lines(until: "STOPPING=1"))
        #expect(lines.contains("READY=1"))
        #expect(lines.last == "STATUS=ended")
    }

    @Test func configurationMayBeALinkToAFileAndToNothingElse() throws {
        let test = try TestRoot()
        let target = try test.write("model: sentiment\noutput: { fields: [label] }\n", to: "etc/sentiment.yaml")
        let path = test.root.appending(path: "spool/sentiment/queue.yaml")
        try FileManager.default.removeItem(at: path)
        try FileManager.default.createSymbolicLink(atPath: path.path, withDestinationPath: target)
        let file = try test.write(TestRoot.records(1), to: "one.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        try test.expect(0, "run", "--once")
        #expect(try test.text("outbox/sentiment/one/results.jsonl.zst") == "{\"label\":\"positive\"}\n")
        try FileManager.default.removeItem(atPath: target)
        #expect(try test.expect(78, "run", "--once").error.contains("which is not there; make that file"))
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
        #expect(try test.expect(78, "run", "--once").error.contains("is a directory or device"))
    }
}
