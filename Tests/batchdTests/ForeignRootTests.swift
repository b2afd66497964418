import Foundation
import Spool
import SystemPackage
import Testing

/// Commands that root gives, with a narrow umask, on a root that is another user's.
@Suite(.enabled(if: geteuid() == 0)) struct ForeignRootTests {
    private static let user: UInt32 = 65_534

    private func root() throws -> TestRoot {
        let test = try TestRoot()
        let chown = try RunningCommand(tool: "/bin/chown", ["-R", "\(Self.user):\(Self.user)", test.root.path]).finish()
        #expect(chown.code == 0, "\(chown.error)")
        return test
    }

    private func start(asUser words: String..., of test: TestRoot) throws -> RunningCommand {
        let user = ["--reuid", "\(Self.user)", "--regid", "\(Self.user)", "--clear-groups", RunningCommand.binary]
        return try RunningCommand(tool: "/usr/bin/setpriv", user + words, environment: ["BATCHD_ROOT": test.root.path])
    }

    private func expect(_ code: Int32, asRoot words: String..., of test: TestRoot) throws {
        let shell = ["-c", "umask 077; exec \"$0\" \"$@\"", RunningCommand.binary]
        let environment = ["BATCHD_ROOT": test.root.path]
        let output = try RunningCommand(tool: "/bin/sh", shell + words, environment: environment).finish()
        #expect(output.code == code, "\(words): \(output.error)")
    }

    private func strangers(in test: TestRoot) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: test.root.path).filter { path in
            var status = stat()
            return lstat(test.root.path + "/" + path, &status) == 0 && status.st_uid != Self.user
        }
    }

    private func expectResults(of key: String, in test: TestRoot) throws {
        #expect(try strangers(in: test) == [])
        let run = try start(asUser: "run", "--once", of: test).finish()
        #expect(run.code == 0, "\(run.error)")
        #expect(test.exists("outbox/sentiment/\(key)/_SUCCESS"))
    }

    @Test func whatRootSubmitsAndRetriesIsReadable() throws {
        let test = try root()
        let file = try test.write(TestRoot.records(3), to: "three.jsonl")
        chmod(file, 0o600)
        try expect(0, asRoot: "submit", file, "--queue", "sentiment", of: test)
        try expectResults(of: "three", in: test)
        try expect(0, asRoot: "retry", "three", of: test)
        try expectResults(of: "three.r2", in: test)
    }

    @Test func whatRootAsksOfAJobIsDoneWithADaemonAndWithout() throws {
        let test = try root()
        let file = try test.write(TestRoot.records(100_000), to: "long.jsonl")
        try expect(0, asRoot: "submit", file, "--queue", "sentiment", of: test)
        let daemon = try start(asUser: "run", of: test)
        daemon.waitForMessage("job accepted")
        try expect(0, asRoot: "hold", "long", of: test)
        try expect(0, asRoot: "release", "long", of: test)
        try expect(0, asRoot: "hold", "long", of: test)
        daemon.signal(SIGTERM)
        #expect(daemon.finish().code == 0)
        // Now the commands do it themselves, on files that the next daemon has to read.
        try expect(0, asRoot: "prioritize", "long", of: test)
        try expect(0, asRoot: "release", "long", of: test)
        try expect(0, asRoot: "prioritize", "--last", "long", of: test)
        try expectResults(of: "long", in: test)
    }

    @Test func aRequestThatTheDaemonMayNotReadIsRefusedInWords() throws {
        let test = try root()
        let daemon = try start(asUser: "run", of: test)
        let root = FilePath(test.root.path)
        let watcher = try SpoolWatcher(root: root)
        #expect(watcher.watch(SpoolLayout.control))
        let file = try test.write("{}", to: "request")
        chmod(file, 0o600)
        try FileManager.default.moveItem(atPath: file, toPath: test.root.path + "/control/mine.json")
        let inbox = ControlInbox(disk: try LinuxFileSystem(root: root))
        var fate = try inbox.fate(of: "mine")
        while [.waiting, .taken, .unknown].contains(fate) {
            _ = try watcher.wait(timeoutMilliseconds: 1_000)
            fate = try inbox.fate(of: "mine")
        }
        guard case .refused(let refusal) = fate else {
            Issue.record("\(fate)")
            return
        }
        #expect(refusal.message.contains("cannot read the request: open of 'control/mine.taken' failed: Permission"))
        #expect(refusal.message.contains("runuser -u USER"))
        daemon.signal(SIGTERM)
        #expect(daemon.finish().code == 0)
    }

    @Test func nothingIsGivenAwayThatLiesElsewhere() throws {
        let test = try root()
        let elsewhere = test.directory.appending(path: "elsewhere")
        try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: false)
        let link = test.root.appending(path: "control")
        try FileManager.default.removeItem(at: link)
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: elsewhere)
        let heir = FileOwner(user: Self.user, group: Self.user)
        let disk = try LinuxFileSystem(root: FilePath(test.root.path), givingTo: heir)
        try disk.writeSynced([1], to: "control/file")
        try disk.makeDirectory("control/directory")
        try disk.writeSynced([1], to: "state/file")
        try disk.makeDirectory("state/directory")
        func owner(_ path: String) -> UInt32? {
            var status = stat()
            return lstat(path, &status) == 0 ? status.st_uid : nil
        }
        for name in ["file", "directory"] {
            #expect(owner(elsewhere.path + "/" + name) == 0)
            #expect(owner(test.root.path + "/state/" + name) == Self.user)
        }
    }
}
