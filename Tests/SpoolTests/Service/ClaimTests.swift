import BatchTesting
import Synchronization
import SystemPackage
import Testing

@testable import Spool

/// What senders do to `incoming/` harms nobody but themselves.
@Suite struct ClaimTests {
    private static let line = "{\"text\": \"good\"}\n"
    private static let settling = "model: marked\nsettle_seconds: 2\n"

    @Test func fileThatMayNotBeTakenIsLeftAndItsNeighboursRun() throws {
        let root = OneQueue()
        root.drop(Self.line, as: "a.jsonl")
        root.drop(Self.line + Self.line, as: "b.jsonl")
        root.disk.setPlan(
            FaultPlan(
                call: 1,
                .failFromThenOn(.permissionDenied),
                operations: [.rename],
                below: root.layout.incoming.appending("a.jsonl")
            )
        )
        let harness = try root.harness()
        #expect(harness.run() == .idle)
        #expect(harness.keeper.stoppedQueues == [:])
        #expect(harness.keeper.tally.succeeded == 1)
        #expect(harness.keeper.tally.quarantined == 1)
        #expect(try root.names(in: root.layout.incoming) == ["a.jsonl"])
        root.disk.setPlan(nil)
        #expect(harness.work() == .idle)
        #expect(harness.keeper.tally.succeeded == 2)
    }

    @Test func unusableNameThatMayNotBeTakenLeavesNoNote() throws {
        let root = OneQueue()
        root.drop("x", as: "a.txt")
        let path = root.layout.incoming.appending("a.txt")
        root.disk.setPlan(
            FaultPlan(call: 1, .failFromThenOn(.permissionDenied), operations: [.rename], below: path)
        )
        let harness = try root.harness()
        #expect(harness.run() == .idle)
        #expect(harness.keeper.stoppedQueues == [:])
        #expect(harness.observer.codes == ["not_permitted"])
        #expect(try root.names(in: root.layout.quarantine) == [])
    }

    @Test func brokenDiskStillStopsTheQueue() throws {
        let root = OneQueue()
        root.drop(Self.line, as: "a.jsonl")
        root.disk.setPlan(
            FaultPlan(call: 1, .failFromThenOn(.ioError), operations: [.rename], below: root.layout.incoming)
        )
        let harness = try root.harness()
        #expect(harness.run() == .idle)
        #expect(harness.keeper.stoppedQueues.count == 1)
    }

    @Test func unusableNameStaysWhileItIsWritten() throws {
        let root = OneQueue()
        let path = root.layout.incoming.appending("a.jsonl.filepart")
        let upload = try root.disk.open(path, .createNew)
        let harness = try root.harness(Self.settling) { turn in
            guard turn == 20 else { return }
            #expect(throws: Never.self) {
                try upload.close()
                try root.disk.rename(path, to: root.layout.incoming.appending("a.jsonl"), replacing: false)
            }
        }
        try upload.write(Array(Self.line.utf8))
        #expect(harness.run() == .idle)
        #expect(harness.keeper.tally == RunTally(succeeded: 1))
    }

    @Test func unusableNameEndsInQuarantineOnceSettled() throws {
        let root = OneQueue()
        root.drop("x", as: "a.txt")
        let harness = try root.harness(Self.settling)
        #expect(harness.run() == .idle)
        #expect(harness.keeper.tally.quarantined == 1)
    }

    @Test func modificationTimeInTheFutureSettlesByWatching() throws {
        let root = OneQueue()
        root.drop(Self.line, as: "a.jsonl")
        root.clock.jumpWall(bySeconds: -86_400)
        let start = root.clock.monotonicSeconds
        let harness = try root.harness(Self.settling + "integrity: strict\n")
        #expect(harness.run() == .idle)
        #expect(harness.keeper.tally.failed == 1)
        #expect(root.clock.monotonicSeconds - start < 10)
    }

    @Test func leftoversDoNotHideTheJobBehindThem() throws {
        let root = OneQueue()
        for number in 0..<40 { root.drop("", as: "x\(number).done") }
        root.drop(Self.line, as: "a.jsonl")
        let harness = try root.harness()
        harness.keeper.entriesPerTurnMaximum = 4
        #expect(harness.run() == .idle)
        #expect(harness.keeper.tally.succeeded == 1)
    }

    @Test func aLargeBacklogIsReadInGrowingPortions() throws {
        let root = OneQueue()
        for number in 0..<100 { root.drop("", as: "x\(number).done") }
        let listed = Mutex<[Int]>([])
        let incoming = root.layout.incoming
        let note = { @Sendable (path: FilePath, count: Int) in
            if path == incoming { listed.withLock { $0.append(count) } }
        }
        let harness = try root.harness(on: ObservedFileSystem(root.disk, listed: note))
        harness.keeper.entriesPerTurnMaximum = 4
        #expect(harness.run() == .idle)
        #expect(listed.withLock { $0 } == [4, 64, 100])
    }

    @Test func moreFailuresThanMayBeActiveAllEnd() throws {
        let root = OneQueue()
        let count = SpoolKeeper.activeJobsPerQueueMaximum * 2 + 1
        for number in 0..<count { root.drop("no zstd", as: "x\(number).jsonl.zst") }
        let harness = try root.harness()
        #expect(harness.run() == .idle)
        #expect(harness.keeper.tally.failed == count)
    }

    @Test func statementOlderThanTheFileDoesNotSayThatItIsComplete() throws {
        let root = OneQueue()
        root.drop("", as: "a.done")
        root.clock.advance(bySeconds: 1)
        let upload = try root.disk.open(root.layout.incoming.appending("a.jsonl"), .createNew)
        try upload.write(Array(Self.line.utf8))
        let harness = try root.harness { turn in
            guard turn == 5 else { return }
            #expect(throws: Never.self) {
                try upload.write(Array(Self.line.utf8))
                try upload.close()
            }
        }
        #expect(harness.run() == .idle)
        #expect(harness.observer.published.map(\.records.read) == [2])
    }

    @Test func lateManifestDoesNotCondemnTheNextFileOfItsName() throws {
        let root = OneQueue()
        root.drop(Self.line, as: "night.jsonl")
        let harness = try root.harness()
        #expect(harness.run() == .idle)
        let sha256 = ContentHash.hexadecimal(of: Array(Self.line.utf8))
        root.drop(#"{"bytes": \#(Self.line.utf8.count), "sha256": "\#(sha256)"}"#, as: "night.manifest.json")
        root.clock.advance(bySeconds: 86_400)
        root.drop(Self.line + Self.line, as: "night.jsonl")
        #expect(harness.work() == .idle)
        #expect(harness.keeper.tally == RunTally(succeeded: 2))
        #expect(try root.names(in: root.layout.incoming) == [])
    }

    @Test func manifestSentBeforeItsFileStillCounts() throws {
        let root = OneQueue()
        root.drop(#"{"records": 3}"#, as: "night.manifest.json")
        root.clock.advance(bySeconds: 1)
        root.drop(Self.line, as: "night.jsonl")
        let harness = try root.harness()
        #expect(harness.run() == .idle)
        #expect(harness.observer.published.map(\.failure?.code) == ["manifest_mismatch"])
    }
}
