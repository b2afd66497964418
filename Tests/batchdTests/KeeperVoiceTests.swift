import BatchCore
import Glibc
import Logging
import Spool
import Testing

@testable import batchd

@Suite struct KeeperVoiceTests {
    private func snapshot(pause: String? = nil, stopped: [String: String] = [:], waiting: Int = 0) -> StatusSnapshot {
        let files = (0..<waiting).map { ("f\($0)", "still written") }
        return StatusSnapshot(
            writtenWallSeconds: 0,
            jobs: [],
            recordsPerSecond: 0,
            pause: pause,
            stoppedQueues: stopped,
            waitingFiles: ["q": Dictionary(uniqueKeysWithValues: files)]
        )
    }

    @Test func aLineSaysWhatMattersFirst() {
        #expect(KeeperVoice.line(for: snapshot()) == "nothing under way")
        #expect(KeeperVoice.line(for: snapshot(waiting: 2)) == "nothing under way, 2 incoming not complete")
        #expect(KeeperVoice.line(for: snapshot(stopped: ["q": "EIO"])) == "queue 'q' is stopped; nothing under way")
        #expect(KeeperVoice.line(for: snapshot(pause: "no room\u{1b}[2J")) == "paused: no room\\u{1b}[2J")
    }

    @Test func aRefusedConfigurationIsSaidUntilOneIsTaken() throws {
        let board = try InFlightBoard(slotCount: 1)
        let voice = KeeperVoice(board: board)
        voice.beat()
        #expect(board.keeperNote?.isReady == false)
        #expect(board.keeperNote?.status == "recovering")
        voice.becomeReady()
        voice.reloaded(isTaken: false)
        voice.tell(snapshot())
        let refused = board.keeperNote?.status
        #expect(refused == "configuration is wrong, the former one stays; nothing under way")
        voice.reloaded(isTaken: true)
        voice.tell(snapshot())
        #expect(board.keeperNote?.status == "nothing under way")
        #expect(board.keeperNote?.reloads == 2)
        #expect(board.keeperNote?.isReady == true)
    }

    @Test func theJournalIsKnownByItsDeviceAndInode() {
        var description = stat()
        fstat(STDIN_FILENO, &description)
        let name = "\(description.st_dev):\(description.st_ino)"
        #expect(JournalStream.isStandardError(named: name, descriptor: STDIN_FILENO))
        #expect(!JournalStream.isStandardError(named: name + "1", descriptor: STDIN_FILENO))
        #expect(!JournalStream.isStandardError(named: nil, descriptor: STDIN_FILENO))
        #expect(!JournalStream.isStandardError(named: name, descriptor: -1))
        #expect(Logger.Level.allCases.map(JournalStream.priority) == [7, 7, 6, 5, 4, 3, 2])
    }
}
