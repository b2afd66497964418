import BatchCore
import BatchTesting
import Spool
import SystemPackage
import Testing

/// Shards fail alone, are tried again, bisected, and given up, as the journal says.
@Suite struct RetryTests {
    static let configuration = """
        model: marked
        shard_records: 8
        settle_seconds: 0
        retry: { attempts: 5, base: 1s, cap: 60s, deadline: 24h, shard_timeout: 1s }
        """

    /// One queue with one job of these texts.
    private final class Root {
        let clock = ManualClock()
        let disk: SimulatedDisk
        let model = MarkedTextModel()
        let layout = QueueLayout(queue: "q")

        init(texts: [String]) {
            disk = SimulatedDisk(clock: clock)
            for directory in layout.directories { disk.dropDirectory(directory) }
            let lines = texts.map { #"{"text": "\#($0)"}"# + "\n" }.joined()
            disk.drop(Array(lines.utf8), at: layout.incoming.appending("job.jsonl"))
        }

        func harness() throws -> SpoolHarness {
            try SpoolHarness(disk: disk, clock: clock, queues: ["q": RetryTests.configuration], model: model)
        }

        func job() throws -> PublishedJob { try PublishedJob(JobName(queue: "q", key: "job"), on: disk) }
    }

    private static func texts(_ count: Int, marking marks: [Int: MarkedTextModel.Mark]) -> [String] {
        (1...count).map { "text \($0) \(marks[$0]?.rawValue ?? "")" }
    }

    @Test func aPoisonRecordEndsAloneInTheErrors() throws {
        let root = Root(texts: Self.texts(20, marking: [11: .throwing]))
        #expect(try root.harness().run() == .idle)
        let job = try root.job()
        #expect(job.violations == [])
        #expect(try job.errorCodes() == [11: "poison"])
        #expect(try job.lines().results == (1...20).filter { $0 != 11 })
    }

    @Test func severalPoisonRecordsOfOneShardAreAllFound() throws {
        let root = Root(texts: Self.texts(16, marking: [1: .throwing, 4: .throwing, 8: .throwing]))
        #expect(try root.harness().run() == .idle)
        #expect(try root.job().errorCodes() == [1: "poison", 4: "poison", 8: "poison"])
        #expect(try root.job().lines().results.count == 13)
    }

    @Test func aJobOfOnePoisonRecordFails() throws {
        let root = Root(texts: Self.texts(1, marking: [1: .throwing]))
        #expect(try root.harness().run() == .idle)
        #expect(try root.job().errorCodes() == [1: "poison"])
        #expect(try root.job().files[PublishedName.failed] != nil)
    }

    @Test func aTransientFailureWaitsForItsBackoffAndIsCharged() throws {
        let root = Root(texts: Self.texts(20, marking: [3: .flaky]))
        root.model.failFlakyTexts(times: 1)
        let start = root.clock.monotonicSeconds
        let harness = try root.harness()
        #expect(harness.run() == .idle)
        #expect(try root.job().errorCodes() == [:])
        #expect(harness.observer.published.map(\.attempts) == [1])
        #expect(root.clock.monotonicSeconds - start >= 1)
    }

    @Test func bisectingGoesOnAfterEveryKill() throws {
        let root = Root(texts: Self.texts(8, marking: [5: .throwing]))
        var disk = root.disk
        for call in stride(from: 45, to: 400, by: 25) {
            disk = disk.afterRestart(
                call % 2 == 0 ? .process : .powerLoss(seed: 5),
                plan: FaultPlan(call: call, .killAfter)
            )
            let dying = disk
            let harness = try SpoolHarness(
                disk: disk,
                clock: root.clock,
                queues: ["q": Self.configuration],
                model: root.model,
                isDead: { dying.isDead }
            )
            if harness.run() == .idle { break }
        }
        let job = try PublishedJob(JobName(queue: "q", key: "job"), on: disk)
        #expect(try job.errorCodes() == [5: "poison"])
        #expect(try job.lines().results == [1, 2, 3, 4, 6, 7, 8])
    }

    @Test func aBrokenModelBlamesNoRecordAndHoldsTheJob() throws {
        let root = Root(texts: Self.texts(4, marking: [:]))
        root.model.setBroken(true)
        let harness = try root.harness()
        #expect(harness.run() == .idle)
        #expect(harness.keeper.tally.held == 1)
        #expect(try root.disk.status(of: root.layout.hold.appending("job")) != nil)
        #expect(try root.disk.status(of: root.layout.hold.appending("job.input.jsonl")) != nil)
        for directory in [root.layout.claimed, root.layout.jobs, root.layout.staging, root.layout.outbox] {
            #expect(try root.disk.entries(of: directory, maximum: .max).isEmpty, "\(directory)")
        }
    }

    @Test func aHeldJobDoesNotKeepOthersWaiting() throws {
        let root = Root(texts: Self.texts(4, marking: [:]))
        root.model.setBroken(true)
        let harness = try root.harness()
        #expect(harness.run() == .idle)
        root.model.setBroken(false)
        root.disk.drop(Array("{\"text\": \"a\"}\n".utf8), at: root.layout.incoming.appending("next.jsonl"))
        root.disk.drop(Array("{\"text\": \"b\"}\n".utf8), at: root.layout.incoming.appending("job.jsonl"))
        #expect(harness.work() == .idle)
        #expect(harness.keeper.tally.succeeded == 2)
    }

    /// A disk whose daemon was killed while it wrote a shard, and what was in flight.
    private func killedAtSecondShard(_ root: Root) throws -> (disk: SimulatedDisk, casualty: Casualty) {
        let temporary = root.layout.job("job").directory.appending(".shard.00001.tmp")
        root.disk.setPlan(FaultPlan(call: 1, .killBefore, below: temporary))
        let disk = root.disk
        let harness = try SpoolHarness(
            disk: disk,
            clock: root.clock,
            queues: ["q": Self.configuration],
            model: root.model,
            isDead: { disk.isDead }
        )
        #expect(harness.run() == .dead)
        let culprit = InFlightShard(queue: "q", key: "job", shard: 1, range: 0..<8)
        return (disk.afterRestart(.process), Casualty(shard: culprit, wasCanary: false, cause: "signal 5"))
    }

    @Test func onlyTheShardOfACasualtyIsCharged() throws {
        let root = Root(texts: Self.texts(16, marking: [:]))
        let (next, casualty) = try killedAtSecondShard(root)
        let queues = ["q": Self.configuration]
        let second = try SpoolHarness(disk: next, clock: root.clock, queues: queues, model: root.model)
        #expect(second.run(casualties: [casualty]) == .idle)
        #expect(second.observer.published.map(\.attempts) == [1])
        #expect(try PublishedJob(JobName(queue: "q", key: "job"), on: next).lines().results.count == 16)
    }

    @Test func anAttemptThatIsInTheJournalIsNotChargedAgain() throws {
        let root = Root(texts: Self.texts(16, marking: [:]))
        let (next, casualty) = try killedAtSecondShard(root)
        let values = try QueueConfiguration.parse(yaml: Self.configuration, file: "queue.yaml")
        let loaded = ["q": LoadedQueueConfiguration(values: values, text: Self.configuration)]
        // An engine that dies before it could say that it had charged leaves the same shard in flight.
        let second = SpoolHarness(disk: next, clock: root.clock, loaded: loaded, model: root.model)
        second.keeper.recover(loaded, casualties: [casualty])
        let third = SpoolHarness(disk: next, clock: root.clock, loaded: loaded, model: root.model)
        #expect(third.run(casualties: [casualty]) == .idle)
        #expect(third.observer.published.map(\.attempts) == [1])
    }

    @Test func aCasualtyIsChargedOnceWhicheverCallFailsMeanwhile() throws {
        for call in 8...30 {
            let root = Root(texts: Self.texts(16, marking: [:]))
            let (next, casualty) = try killedAtSecondShard(root)
            next.setPlan(FaultPlan(call: call, .failOnce(.tooManyOpenFiles)))
            let queues = ["q": Self.configuration]
            let second = try SpoolHarness(disk: next, clock: root.clock, queues: queues, model: root.model)
            #expect(second.run(casualties: [casualty]) == .idle)
            #expect(second.observer.published.map(\.attempts) == [1], "call \(call)")
        }
    }

    @Test func aCorruptCopyOfTheInputBlamesTheDisk() throws {
        let root = Root(texts: Self.texts(16, marking: [9: .flaky]))
        root.model.failFlakyTexts(times: 1)
        let disk = root.disk
        let copy = root.layout.job("job").input("input.00000.jsonl")
        let harness = try SpoolHarness(
            disk: disk,
            clock: root.clock,
            queues: ["q": Self.configuration],
            model: root.model,
            maintain: { turn in
                if turn == 1 { disk.drop(Array("{\"text\": \"other\"}\n".utf8), at: copy) }
            }
        )
        #expect(harness.run() == .idle)
        #expect(harness.keeper.stoppedQueues.count == 1)
    }
}
