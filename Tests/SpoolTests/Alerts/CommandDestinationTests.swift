import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Spool

@Suite struct CommandDestinationTests {
    private static let notice = AlertNotice.test(
        sender: AlertSender(instance: "night", root: "/srv/a b"),
        nowWallSeconds: 1_772_366_400
    )

    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appending(path: "batchd-command-\(UUID().uuidString)")
        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: url) }
        func text(_ name: String) throws -> String {
            try String(contentsOf: url.appending(path: name), encoding: .utf8)
        }
    }

    private func command(_ script: String, in folder: Folder, timeoutSeconds: Double = 30) -> CommandDestination {
        CommandDestination(["/bin/sh", "-c", script, "sh", folder.url.path], timeoutSeconds: timeoutSeconds)
    }

    @Test func theProgramReadsTheAlarmsOnItsInput() throws {
        let folder = try Folder()
        let notices = [AlertNotice](repeating: Self.notice, count: 2000)
        #expect(command("cat > $1/got", in: folder).deliver(notices) == .delivered)
        let got = try DocumentCoding.decode([AlertNotice].self, from: Array(folder.text("got").utf8))
        #expect(got == notices)
        #expect(got[0].generatorURL == "file:///srv/a%20b")
    }

    @Test func aProgramThatReadsNothingIsNoTrouble() throws {
        let notices = [AlertNotice](repeating: Self.notice, count: 2000)
        #expect(command("exit 0", in: try Folder()).deliver(notices) == .delivered)
    }

    @Test func argumentsArePassedAsTheyStand() throws {
        let folder = try Folder()
        let words = ["/bin/sh", "-c", "printf '%s' \"$2\" > $1/got", "sh", folder.url.path, "$(id); `id` *"]
        #expect(CommandDestination(words, timeoutSeconds: 30).deliver([Self.notice]) == .delivered)
        #expect(try folder.text("got") == "$(id); `id` *")
    }

    @Test func anExitCodeIsAFailure() throws {
        #expect(command("exit 3", in: try Folder()).deliver([Self.notice]) == .failed("it exited with code 3"))
        #expect(command("kill -9 $$", in: try Folder()).deliver([Self.notice]) == .failed("signal 9 ended it"))
    }

    @Test func aProgramCanRefuseForGood() throws {
        #expect(command("exit 65", in: try Folder()).deliver([Self.notice]) == .refused("it exited with code 65"))
    }

    @Test func aProgramThatIsNotThereIsAFailure() {
        let delivery = CommandDestination(["/no/such/program"], timeoutSeconds: 30).deliver([Self.notice])
        guard case .failed(let reason, _) = delivery else {
            Issue.record("\(delivery)")
            return
        }
        #expect(reason.hasPrefix("'/no/such/program' cannot be run: "))
        #expect(reason.contains("No such file or directory"))
    }

    @Test func aProgramThatHangsIsKilledWithAllThatItStarted() throws {
        let folder = try Folder()
        let path = folder.url.appending(path: "alive").path
        try #require(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        let hanging = command("exec 3> $1/alive; sleep 1000 & sleep 1000", in: folder, timeoutSeconds: 2)
        #expect(hanging.deliver([Self.notice]) == .failed("it did not end within 2 s, and was killed"))
        // The end of the last one that could write to it.
        var end = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        #expect(poll(&end, 1, 30_000) == 1)
        #expect(end.revents & Int16(POLLHUP) != 0)
    }

    @Test func anInterruptionEndsIt() throws {
        let folder = try Folder()
        let hanging = command("sleep 1000", in: folder, timeoutSeconds: 1000)
        let threads = ThreadGroup()
        try threads.start {
            // One that was interrupted before it began does not begin.
            let ends: [AlertDelivery] = [.failed("signal 9 ended it"), .failed("batchd is ending")]
            #expect(ends.contains(hanging.deliver([Self.notice])))
        }
        hanging.interrupt()
        #expect(threads.wait(seconds: 30))
    }
}
