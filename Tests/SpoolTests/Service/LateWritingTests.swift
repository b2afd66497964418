import BatchTesting
import Synchronization
import SystemPackage
import Testing

@testable import Spool

/// A sender who goes on writing a file that was taken gets answers to all of it, or is told.
@Suite struct LateWritingTests {
    private static let line = "{\"text\": \"good\"}\n"
    private static let settling = "model: marked\nshard_records: 8\nsettle_seconds: 1\n"

    private static func content(lines: Int) -> [UInt8] { Array(String(repeating: line, count: lines).utf8) }

    private func change(_ root: OneQueue, on disk: SimulatedDisk? = nil, lines: Int) {
        root.clock.advance(bySeconds: 0.1)
        (disk ?? root.disk).drop(Self.content(lines: lines), at: root.layout.claimed.appending("a.jsonl"))
    }

    @Test(arguments: [1, 20]) func fileThatGrowsWhileItsJobRunsIsAnsweredWhole(more: Int) throws {
        let root = OneQueue()
        root.drop(Self.line, as: "a.jsonl")
        let harness = try root.harness { turn in if turn == 1 { change(root, lines: 1 + more) } }
        #expect(harness.run() == .idle)
        #expect(harness.keeper.tally == RunTally(succeeded: 1))
        #expect(try root.names(in: root.layout.outbox) == ["a"])
        #expect(try root.job("a").lines().results.count == 1 + more)
        #expect(try root.names(in: root.layout.archive) == ["a.jsonl"])
        for directory in [root.layout.jobs, root.layout.staging, root.layout.claimed] {
            #expect(try root.names(in: directory) == [])
        }
    }

    @Test func jobThatIsBegunAnewKeepsItsRank() throws {
        let root = OneQueue()
        root.drop(Self.line, as: "a.jsonl")
        let name = JobName(queue: "q", key: "a")
        let directory = root.layout.job("a").directory
        var ranks: [JobRank] = []
        let harness = try root.harness { turn in
            if turn == 1 {
                let first = ControlRequest(.prioritize, job: name, rank: .first, by: "somebody")
                try? JobControl(disk: root.disk, queue: "q").perform(first)
                change(root, lines: 20)
            }
            if let orders = try? JobOrders(of: directory, on: root.disk) { ranks.append(orders.rank) }
        }
        #expect(harness.run() == .idle)
        #expect(harness.keeper.tally == RunTally(succeeded: 1))
        #expect(try root.job("a").lines().results.count == 20)
        #expect(ranks.last == .first, "\(ranks)")
    }

    @Test func partThatGrowsWhileItsJobRunsIsTold() throws {
        let root = OneQueue()
        let (dropped, claimed) = (root.layout.incoming.appending("d"), root.layout.claimed.appending("d"))
        root.disk.dropDirectory(dropped)
        for part in ["part-1.jsonl", "part-2.jsonl"] {
            root.disk.drop(Self.content(lines: 2), at: dropped.appending(part))
        }
        root.disk.drop([], at: dropped.appending("_SUCCESS"))
        let harness = try root.harness { turn in
            if turn == 1 { root.disk.drop(Self.content(lines: 3), at: claimed.appending("part-2.jsonl")) }
        }
        #expect(harness.run() == .idle)
        #expect(try root.job("d").lines().results.count == 4)
        #expect(harness.observer.codes == ["changed_after_claim"])
    }

    @Test func fileOfTheSameSizeAndContentIsReadAgainAndAnsweredOnce() throws {
        let root = OneQueue()
        root.drop(Self.line, as: "a.jsonl")
        let harness = try root.harness { turn in if turn == 1 { change(root, lines: 1) } }
        #expect(harness.run() == .idle)
        #expect(harness.observer.published.map(\.records.read) == [1])
        #expect(try root.names(in: root.layout.archive) == ["a.jsonl"])
    }

    @Test func fileThatChangesWhileItIsReadIsReadAgain() throws {
        let root = OneQueue()
        root.drop(Self.line, as: "a.jsonl")
        let path = root.layout.claimed.appending("a.jsonl")
        let opened = Mutex(0)
        let disk = MeddledFileSystem(root.disk) { [disk = root.disk] operation, called in
            guard operation == "open", called == path else { return }
            opened.withLock { $0 += 1 }
            if opened.withLock({ $0 }) == 1 { disk.drop(Self.content(lines: 3), at: path) }
        }
        let start = root.clock.monotonicSeconds
        let harness = try root.harness(Self.settling, on: disk)
        #expect(harness.run() == .idle)
        #expect(opened.withLock { $0 } == 2)
        #expect(harness.observer.published.map(\.records.read) == [3])
        #expect(root.clock.monotonicSeconds - start >= 2, "left alone for twice as long as settle_seconds")
    }

    @Test func contentThatWasAnsweredBeforeIsNoDuplicateWhileItGrows() throws {
        let root = OneQueue()
        root.drop(Self.line, as: "a.jsonl")
        #expect(try root.harness().run() == .idle)
        root.drop(Self.line, as: "a.jsonl")
        let path = root.layout.claimed.appending("a.jsonl")
        let reading = root.layout.ingesting("a.jsonl").directory
        let looks = Mutex(0)
        // What is read has the content of before; it grows before that is compared.
        let disk = MeddledFileSystem(root.disk) { [disk = root.disk] operation, called in
            guard operation == "stat", called == path, !disk.listing(of: reading).isEmpty else { return }
            looks.withLock { $0 += 1 }
            if looks.withLock({ $0 }) == 1 { disk.drop(Self.content(lines: 2), at: path) }
        }
        let harness = try root.harness(on: disk)
        #expect(harness.run() == .idle)
        #expect(harness.keeper.tally == RunTally(succeeded: 1))
        #expect(try root.names(in: root.layout.outbox).count == 2)
    }

    @Test func fileThatChangesWheneverItWasReadFailsInTheEnd() throws {
        let root = OneQueue()
        root.drop(Self.line, as: "a.jsonl")
        let record = root.layout.job("a").record
        let harness = try root.harness { turn in
            if root.disk.content(of: record) != nil { change(root, lines: turn + 2) }
        }
        #expect(harness.run() == .idle)
        #expect(harness.observer.published.map(\.failure?.code) == ["changed_while_read"])
        #expect(try root.names(in: root.layout.outbox) == ["a"])
        #expect(try root.names(in: root.layout.quarantine) == ["a.jsonl"])
        // Dropped again, whole, it is answered.
        root.drop(String(decoding: Self.content(lines: 2), as: UTF8.self), as: "a.jsonl")
        let next = try root.harness()
        #expect(next.run() == .idle)
        #expect(next.keeper.tally == RunTally(succeeded: 1))
    }

    @Test func senderThatNeverPausesIsGivenUpAfterAnHour() throws {
        let root = OneQueue()
        root.drop(Self.line, as: "a.jsonl")
        let claimed = root.layout.claimed.appending("a.jsonl")
        let start = root.clock.monotonicSeconds
        let harness = try root.harness(Self.settling) { turn in
            guard turn >= 1, root.disk.content(of: claimed) != nil else { return }
            root.clock.advance(bySeconds: 60)
            root.disk.drop(Self.content(lines: 1 + turn), at: claimed)
        }
        #expect(harness.run() == .idle)
        #expect(harness.observer.published.map(\.failure?.code) == ["changed_while_read"])
        let hours = (root.clock.monotonicSeconds - start) / SpoolKeeper.restlessSecondsMaximum
        #expect((1...1.2).contains(hours))
    }

    @Test func fileThatIsWrittenForeverKeepsNobodyElseWaiting() throws {
        let root = OneQueue()
        let count = SpoolKeeper.activeJobsPerQueueMaximum
        for number in 0..<count { root.drop(Self.line, as: "w\(number).jsonl") }
        let harness = try root.harness(Self.settling) { turn in
            if turn == 3 { root.drop(Self.line, as: "a.jsonl") }
            if turn < 1 || turn > 12 { return }
            root.clock.advance(bySeconds: 0.01)
            for name in root.disk.listing(of: root.layout.claimed) where name.hasPrefix("w") {
                root.disk.drop(Self.content(lines: 1 + turn), at: root.layout.claimed.appending(name))
            }
            if turn == 12 {
                #expect(root.disk.listing(of: root.layout.outbox).contains("a"))
                #expect(root.disk.listing(of: root.layout.claimed).count == count)
            }
        }
        #expect(harness.run() == .idle)
        #expect(harness.keeper.tally == RunTally(succeeded: count + 1))
    }

    @Test func aDeathWhileAJobStartsAgainLosesAndDoublesNothing() throws {
        for call in stride(from: 8, through: 80, by: 2) {
            let root = OneQueue()
            root.drop(Self.line, as: "a.jsonl")
            let (dead, claimed) = (root.disk, root.layout.claimed.appending("a.jsonl"))
            dead.setPlan(FaultPlan(call: call, call % 4 == 0 ? .killAfter : .killBefore))
            let maintain = { (turn: Int) in
                if turn == 1, dead.content(of: claimed) != nil { change(root, lines: 12) }
            }
            let end = try root.harness(maintain: maintain, isDead: { dead.isDead }).run()
            let next = dead.afterRestart(call % 3 == 0 ? .process : .powerLoss(seed: UInt64(call)))
            #expect(try root.harness(on: next).run() == .idle)
            let jobs = try PublishedJob.all(on: next, queues: ["q"])
            #expect(jobs.map(\.job.key) == ["a"], "killed at call \(call)")
            let lines = try jobs.first?.lines().results.count
            #expect(lines == 12 || (lines == 1 && end == .dead), "killed at call \(call)")
            let found = InvariantChecker(disk: next, queues: ["q"]).violationsAtAnyInstant()
            #expect(found == [], "killed at call \(call)")
            for directory in [root.layout.jobs, root.layout.staging, root.layout.claimed] {
                #expect(next.listing(of: directory) == [], "killed at call \(call)")
            }
        }
    }

    @Test func failureOfTheDiskWhileAJobStartsAgainIsGoneThroughAgain() throws {
        for call in 1...6 {
            let root = OneQueue()
            root.drop(Self.line, as: "a.jsonl")
            let harness = try root.harness { turn in
                guard turn == 1 else { return }
                change(root, lines: 12)
                root.disk.setPlan(FaultPlan(call: root.disk.callCount + call, .failOnce(.noSpace)))
            }
            #expect(harness.run() == .idle)
            #expect(harness.observer.published.map(\.records.read) == [12], "call \(call)")
        }
    }

    @Test func jobWhoseEndIsSealedIsNeverBegunAgain() throws {
        let root = OneQueue()
        root.drop(Self.line, as: "a.jsonl")
        let (claimed, staged) = (root.layout.claimed.appending("a.jsonl"), root.layout.publication("a"))
        let disk = MeddledFileSystem(root.disk) { [disk = root.disk] operation, called in
            if operation == "rename", called == staged { disk.drop(Self.content(lines: 3), at: claimed) }
        }
        root.disk.setPlan(FaultPlan(call: 1, .failOnce(.noSpace), operations: [.rename], below: staged))
        let harness = try root.harness(on: disk)
        #expect(harness.run() == .idle)
        #expect(harness.observer.published.map(\.records.read) == [1])
        #expect(try root.job("a").lines().results == [1])
        root.clock.advance(bySeconds: SpoolKeeper.lateLookSeconds + 1)
        #expect(harness.work() == .idle)
        #expect(harness.observer.codes == ["changed_after_claim"])
    }

    @Test func copyOfAnEarlierProcessIsAnsweredWhateverBecameOfTheFile() throws {
        let root = OneQueue()
        root.drop(Self.line + Self.line, as: "a.jsonl")
        let first = try root.harness()
        first.keeper.recover(try root.loaded())
        _ = first.keeper.turn()
        change(root, lines: 1)
        let second = try root.harness()
        #expect(second.run() == .idle)
        #expect(second.observer.published.map(\.records.read) == [2])
        #expect(second.observer.codes == ["changed_after_claim"])
    }

    @Test func changeAfterPublicationIsTold() throws {
        let root = OneQueue()
        root.drop(Self.line, as: "a.jsonl")
        root.drop(Self.line + Self.line, as: "b.jsonl")
        let harness = try root.harness()
        #expect(harness.run() == .idle)
        root.disk.drop(Self.content(lines: 2), at: root.layout.archive.appending("a.jsonl"))
        root.clock.advance(bySeconds: SpoolKeeper.lateLookSeconds - 1)
        #expect(harness.work() == .idle)
        #expect(harness.observer.codes == [])
        root.clock.advance(bySeconds: 2)
        #expect(harness.work() == .idle)
        #expect(harness.observer.codes == ["changed_after_claim"])
        let findings = StrayDiagnosis(disk: root.disk, queue: "q", time: root.clock).findings()
        #expect(findings.map(\.subject) == [root.layout.archive.string])
        #expect(findings.first?.seen.hasPrefix("1 input of the last day changed") == true)
        #expect(findings.first?.advice?.contains("batchd retry q/a;") == true)
        // Once the content as it is now has its answers, there is nothing to do any more.
        root.drop(Self.line + Self.line, as: "a.jsonl")
        #expect(harness.work() == .idle)
        #expect(StrayDiagnosis(disk: root.disk, queue: "q", time: root.clock).findings() == [])
        root.clock.advance(bySeconds: 100)
        #expect(harness.work() == .idle)
        #expect(harness.observer.codes == ["changed_after_claim"])
    }
}
