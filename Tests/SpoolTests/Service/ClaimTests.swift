import BatchTesting
import Synchronization
import SystemPackage
import Testing

@testable import Spool

/// What senders do to `incoming/` harms nobody but themselves.
@Suite struct ClaimTests {
    private static let line = "{\"text\": \"good\"}\n"
    private static let settling = "model: marked\nsettle_seconds: 2\n"

    /// Takes directories back that wait for their marker.
    private func remove(_ numbers: Range<Int>, from root: OneQueue) {
        for number in numbers {
            #expect(throws: Never.self) { try root.disk.removeTree(root.layout.incoming.appending("d\(number)")) }
        }
    }

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

    @Test func directoriesThatWaitCostATurnNothingUntilTheyAreDue() throws {
        let root = OneQueue()
        let incoming = root.layout.incoming
        for number in 0..<200 { root.disk.dropDirectory(incoming.appending("d\(number)")) }
        let looks = Mutex(0)
        let disk = MeddledFileSystem(root.disk) { _, path in
            if path.starts(with: incoming), path != incoming { looks.withLock { $0 += 1 } }
        }
        let keeper = try root.harness(Self.settling, on: disk).keeper
        keeper.recover(try root.loaded(Self.settling))
        _ = keeper.turn()
        #expect(looks.withLock { $0 } == 200, "one call each")
        for _ in 0..<10 {
            root.clock.advance(bySeconds: 0.19)
            _ = keeper.turn()
        }
        #expect(looks.withLock { $0 } == 200)
        root.clock.advance(bySeconds: 0.2)
        _ = keeper.turn()
        #expect(looks.withLock { $0 } == 400)
    }

    @Test func moreDirectoriesThanAreLookedAtInOneTurnAllHaveTheirTurn() throws {
        let root = OneQueue()
        let incoming = root.layout.incoming
        for number in 0..<50 { root.disk.dropDirectory(incoming.appending("d\(number)")) }
        let seen = Mutex<[FilePath: Int]>([:])
        let disk = MeddledFileSystem(root.disk) { _, path in
            if path.lastComponent == "_SUCCESS" { seen.withLock { $0[path, default: 0] += 1 } }
        }
        let keeper = try root.harness(Self.settling, on: disk).keeper
        keeper.directoriesPerTurnMaximum = 8
        keeper.recover(try root.loaded(Self.settling))
        for _ in 0..<60 {
            let before = seen.withLock { $0.values.reduce(0, +) }
            let wait = keeper.turn().waitSeconds ?? 60
            #expect(seen.withLock { $0.values.reduce(0, +) } - before <= 8)
            root.clock.advance(bySeconds: max(wait, 0.001))
        }
        let counts = seen.withLock { $0 }
        #expect(counts.count == 50)
        #expect((counts.values.min() ?? 0) >= (counts.values.max() ?? 0) - 1, "\(counts)")
    }

    @Test func aQueueInWhichMuchWaitsIsLeftAloneForAsLongAsItsLooksAreWorth() throws {
        let root = OneQueue()
        let incoming = root.layout.incoming
        for number in 0..<20 { root.disk.dropDirectory(incoming.appending("d\(number)")) }
        let listings = Mutex(0)
        let clock = root.clock
        let disk = MeddledFileSystem(root.disk) { operation, path in
            guard operation == "list", path == incoming else { return }
            listings.withLock { $0 += 1 }
            clock.advance(bySeconds: 0.05)
        }
        let keeper = try root.harness(Self.settling, on: disk).keeper
        keeper.entriesPerTurnMaximum = 4
        keeper.recover(try root.loaded(Self.settling))
        _ = keeper.turn()
        #expect(listings.withLock { $0 } == 2)
        root.drop(Self.line, as: "a.jsonl")
        for number in 0..<8 {
            clock.advance(bySeconds: 0.1)
            let turn = keeper.turn(arrivals: number == 0 ? ["q": ["a.jsonl"]] : [:])
            #expect(!turn.isIdle && turn.waitSeconds ?? 0 > 0, "\(turn)")
        }
        #expect(listings.withLock { $0 } == 2, "it rests for 0.9 s")
        clock.advance(bySeconds: 0.11)
        _ = keeper.turn()
        #expect(try !root.names(in: incoming).contains("a.jsonl"), "it has come by a rename, which is not forgotten")
    }

    @Test func aDirectoryAmongManyIsTakenOnceItIsMarked() throws {
        let root = OneQueue()
        let incoming = root.layout.incoming
        for number in 0..<50 { root.disk.dropDirectory(incoming.appending("d\(number)")) }
        root.drop(Self.line, as: "a.jsonl")
        let harness = try root.harness(Self.settling) { turn in
            if turn == 30 {
                root.disk.drop(Array(Self.line.utf8), at: incoming.appending("d49/part.jsonl"))
                root.disk.drop([], at: incoming.appending("d49/_SUCCESS"))
            }
            if turn == 120 { remove(0..<49, from: root) }
        }
        harness.keeper.directoriesPerTurnMaximum = 8
        #expect(harness.run() == .idle)
        #expect(harness.observer.published.map(\.job.key) == ["a", "d49"])
    }

    @Test func aDirectoryThatArrivesByRenameIsTakenAtOnceAmongThoseThatWait() throws {
        let root = OneQueue()
        let incoming = root.layout.incoming
        root.disk.dropDirectory(incoming.appending("d"))
        let keeper = try root.harness(Self.settling).keeper
        keeper.recover(try root.loaded(Self.settling))
        _ = keeper.turn()
        root.disk.drop(Array(Self.line.utf8), at: incoming.appending("d/part.jsonl"))
        root.disk.drop([], at: incoming.appending("d/_SUCCESS"))
        _ = keeper.turn(arrivals: ["q": ["d"]])
        #expect(try root.names(in: incoming) == [])
    }

    @Test func filesThatWaitAreToldInOneLine() throws {
        let root = OneQueue()
        let incoming = root.layout.incoming
        for number in 10..<30 { root.disk.dropDirectory(incoming.appending("d\(number)")) }
        let log = KeptLog()
        let harness = try root.harness(Self.settling, logger: log.logger) { turn in
            if turn == 50 { remove(10..<30, from: root) }
        }
        #expect(harness.run() == .idle)
        let told = log.lines(beginning: "waiting for a file")
        #expect(told.count == 1)
        #expect(told.first?.details["path"] == "spool/q/incoming/d10")
        #expect(told.first?.details["others"] == "19")
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
