import BatchTesting
import Logging
import SystemPackage
import Testing

@testable import Spool

/// A disk without room makes work wait and nothing else.
@Suite struct FullDiskTests {
    private static let line = "{\"text\": \"good\"}\n"

    private func used(on root: OneQueue) -> Int {
        root.disk.tree().reduce(0) { $0 + ($1.content?.count ?? 0) }
    }

    @Test func fileWithoutRoomForItsCopyWaitsAndOthersGoOn() throws {
        let root = OneQueue()
        root.drop(String(repeating: Self.line, count: 10_000), as: "a.jsonl")
        root.drop(Self.line, as: "b.jsonl")
        root.disk.setCapacity(DiskCapacity(bytes: used(on: root) + 100_000))
        var written = 0
        var reason: () -> String? = { nil }
        var reasonWithoutRoom: String?
        let harness = try root.harness { turn in
            guard turn == 30 else { return }
            reasonWithoutRoom = reason()
            written = root.disk.calls.filter { $0.operation == .write && $0.path.string.contains("a.jsonl") }.count
            root.disk.setCapacity(.unlimited)
        }
        reason = { [keeper = harness.keeper] in keeper.pauseReason }
        #expect(harness.run() == .idle)
        #expect(written == 0)
        let words = try #require(reasonWithoutRoom)
        #expect(words.hasPrefix("'q/a.jsonl' waits for room to be copied: it takes 166 KiB above"), "\(words)")
        #expect(words.hasSuffix(" minimum_free_bytes, 4 KiB, and 97.7 KiB were free; make room"), "\(words)")
        #expect(harness.keeper.pauseReason == nil)
        #expect(harness.observer.published.map(\.job.key) == ["b", "a"])
    }

    @Test func ballastAloneMakesTheRoomToGoOn() {
        #expect(PauseLimits.ballastBytes >= 2 * PauseLimits.resumeBytesMinimum)
    }

    @Test func ballastEndsAPauseAndIsLaidAgainWhenThereIsRoom() throws {
        let root = OneQueue()
        root.disk.dropDirectory(SpoolLayout.ballast.removingLastComponent())
        let lines = (1...64).map { "{\"text\": \"text \($0)\"}\n" }.joined()
        root.drop(lines, as: "a.jsonl")
        let harness = try root.harness { turn in
            // The disk fills up right after the claim; only the ballast is left to let go of.
            if turn == 1 { root.disk.setCapacity(DiskCapacity(bytes: used(on: root))) }
        }
        #expect(harness.run() == .idle)
        #expect(harness.keeper.tally.succeeded == 1)
        #expect(try root.disk.status(of: SpoolLayout.ballast) == nil)
        root.disk.setCapacity(.unlimited)
        let next = try root.harness()
        #expect(next.run() == .idle)
        #expect(try root.disk.status(of: SpoolLayout.ballast)?.bytes == PauseLimits.ballastBytes)
    }

    @Test(arguments: [Errno.tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory])
    func shortageThatLastsIsToldOnceAndItsEndOnce(errno: Errno) throws {
        let root = OneQueue()
        root.drop(Self.line, as: "a.jsonl")
        let log = KeptLog()
        let claimed = root.layout.claimed
        root.disk.setPlan(FaultPlan(call: 1, .failFromThenOn(errno), operations: [.syncDirectory], below: claimed))
        let harness = try root.harness(logger: log.logger) { turn in if turn == 40 { root.disk.setPlan(nil) } }
        #expect(harness.run() == .idle)
        #expect(harness.keeper.tally.succeeded == 1)
        let told = log.lines.filter { $0.message.contains("pause") }
        #expect(told.map(\.level) == [.error, .notice], "\(told)")
        #expect(told.allSatisfy { $0.details["reason"]?.contains("\(errno.rawValue)") == true })
    }

    @Test func shortageThatComesBackAfterAWhileIsToldAgain() throws {
        let root = OneQueue()
        root.drop(Self.line, as: "a.jsonl")
        let log = KeptLog()
        let shortage = FaultPlan(
            call: 1,
            .failFromThenOn(.tooManyOpenFiles),
            operations: [.syncDirectory],
            below: root.layout.claimed
        )
        root.disk.setPlan(shortage)
        var calmSince: Double?
        // What waits for its marker keeps the run from ending.
        root.disk.dropDirectory(root.layout.incoming.appending("waiting"))
        let marker = root.layout.incoming.appending("waiting/_SUCCESS")
        let harness = try root.harness(logger: log.logger) { turn in
            if turn == 10 {
                root.disk.setPlan(nil)
                calmSince = root.clock.monotonicSeconds
            }
            guard let since = calmSince, root.clock.monotonicSeconds - since > 2 * PauseLimits.calmSeconds else {
                return
            }
            calmSince = nil
            root.disk.setPlan(shortage)
            root.drop(Self.line + Self.line, as: "b.jsonl")
            root.disk.drop([], at: marker)
        }
        _ = harness.run()
        #expect(log.lines(beginning: "paused").count == 2)
        #expect(log.lines(beginning: "going on after a pause").count == 1)
    }

    @Test func diskWithLessRoomThanAStepNeedsIsTriedMoreAndMoreSeldom() {
        let nearlyFull = FreeSpace(bytes: 5 << 20, inodes: 100)
        var patience = RoomPatience()
        var pauses = 1
        patience.begin(now: 0, free: nearlyFull)
        for second in stride(from: 1.0, to: 600, by: PauseLimits.retrySeconds)
        where patience.isOver(now: second, free: nearlyFull) {
            patience.end(now: second)
            patience.begin(now: second + 0.5, free: nearlyFull)
            pauses += 1
        }
        #expect((15...25).contains(pauses), "\(pauses) pauses in ten minutes")
    }

    @Test func roomThatWasMadeEndsAPauseAtOnce() {
        let full = FreeSpace(bytes: 5 << 20, inodes: 100)
        var patience = RoomPatience()
        for second in 0..<4 {
            patience.begin(now: Double(second), free: full)
            patience.end(now: Double(second))
        }
        patience.begin(now: 4, free: full)
        #expect(!patience.isOver(now: 10, free: full))
        #expect(patience.isOver(now: 5, free: FreeSpace(bytes: 6 << 20, inodes: 100)))
        #expect(patience.isOver(now: 5, free: FreeSpace(bytes: 5 << 20, inodes: 101)))
        #expect(patience.isOver(now: 20, free: full))
    }
}
