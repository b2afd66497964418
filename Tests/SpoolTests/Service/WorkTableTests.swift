import BatchCore
import BatchTesting
import JSONLines
import Testing

@testable import Spool

/// Queues take turns, small shards of one model go together, and what has failed goes alone and in its time.
@Suite struct WorkTableTests {
    private let disk = SimulatedDisk(clock: ManualClock())

    private func job(
        _ queue: String,
        _ key: String,
        shards: [Int],
        shardRecords: Int? = nil,
        model: MarkedTextModel = MarkedTextModel()
    ) throws -> RunningJob {
        let layout = QueueLayout(queue: queue)
        let ranges = shards.enumerated().map { index, records in
            ShardRange(records: records, part: 0, byteOffset: index, firstLine: index + 1)
        }
        let record = JobRecord(
            queue: queue,
            key: key,
            source: key + ".jsonl",
            parent: nil,
            acceptedWallSeconds: 0,
            input: IngestedContent().summary(manifestConfirmed: false),
            parts: [],
            shards: ranges,
            shardRecords: shardRecords,
            model: model.identity,
            configuration: "model: marked\n",
            failure: nil
        )
        let settings = QueueConfiguration(model: "marked")
        return RunningJob(
            record: record,
            layout: layout,
            configuration: settings,
            model: model,
            reader: JobReader(record: record, layout: layout, settings: settings, disk: disk),
            log: try AttemptLog(path: layout.job(key).attempts, on: disk)
        )
    }

    private func moment(_ seconds: Double) -> RetryMoment {
        RetryMoment(wallSeconds: seconds, monotonicSeconds: seconds, bootID: "boot")
    }

    private func table(_ jobs: [RunningJob], threads: Int = 1) -> WorkTable {
        var table = WorkTable(threads: threads)
        for job in jobs {
            table.add(job, shards: job.record.shards.map { _ in .ready }, trials: [:])
        }
        return table
    }

    @Test func queuesTakeTurns() throws {
        var table = table([
            try job("a", "large", shards: [Int](repeating: 4096, count: 4)),
            try job("b", "other", shards: [4096, 4096]),
        ])
        var order: [String] = []
        while let next = table.nextAssignments(at: moment(0)).first {
            order.append(next.job.record.queue)
        }
        #expect(order == ["a", "b", "a", "b", "a", "a"])
    }

    @Test func smallShardsOfSeveralQueuesGoTogether() throws {
        var table = table([
            try job("a", "one", shards: [10]), try job("b", "two", shards: [10]), try job("b", "three", shards: [10]),
        ])
        let group = table.nextAssignments(at: moment(0))
        #expect(group.map(\.job.record.key).sorted() == ["one", "three", "two"])
        #expect(table.nextAssignments(at: moment(0)).isEmpty)
    }

    @Test func modelsThatDifferInMoreThanTheirWeightsGoApart() throws {
        let tokenizers = ["a", "b"].map { MarkedTextModel(contentSHA256: $0) }
        #expect(tokenizers[0].identity == tokenizers[1].identity)
        var table = table([
            try job("a", "one", shards: [10], model: tokenizers[0]),
            try job("a", "two", shards: [10], model: tokenizers[1]),
        ])
        #expect(table.nextAssignments(at: moment(0)).map(\.job.record.key) == ["one"])
        #expect(table.nextAssignments(at: moment(0)).map(\.job.record.key) == ["two"])
    }

    @Test func aGroupLeavesWorkForOtherThreads() throws {
        let jobs = try (0..<8).map { try job("a", "job\($0)", shards: [512]) }
        var table = table(jobs, threads: 2)
        let first = table.nextAssignments(at: moment(0))
        #expect((2...4).contains(first.count))
        #expect(table.nextAssignments(at: moment(0)).count > 1)
    }

    @Test func aGroupIsNoMoreWorkThanAShardOfItsJob() throws {
        let keys = ["one", "two", "three"]
        var table = table(try keys.map { try job("a", $0, shards: [10], shardRecords: 25) })
        #expect(table.nextAssignments(at: moment(0)).count == 2)
        #expect(table.nextAssignments(at: moment(0)).count == 1)
    }

    @Test func aGroupHoldsABoundedNumberOfShards() throws {
        let jobs = try (0..<100).map { try job("a", "job\($0)", shards: [1]) }
        var table = table(jobs)
        #expect(table.nextAssignments(at: moment(0)).count == WorkTable.shardsPerGroupMaximum)
    }

    @Test func aDeferredShardWaitsAndThenGoesAlone() throws {
        let failed = try job("a", "failed", shards: [10])
        var table = table([failed, try job("a", "fresh", shards: [10])])
        var trial = ShardTrial(recordCount: 10)
        trial.record(
            AttemptEntry(
                shard: 0,
                range: 0..<10,
                outcome: .failed,
                cause: "test",
                wallSeconds: 0,
                delaySeconds: 5,
                bootID: "",
                dueMonotonicSeconds: 5
            )
        )
        table.set(.deferred(5), job: failed, shard: 0, trial: trial)
        #expect(table.nextAssignments(at: moment(4.9)).map(\.job.record.key) == ["fresh"])
        #expect(table.nextDue(after: 0) == 5)
        #expect(table.nextAssignments(at: moment(5)).map(\.job.record.key) == ["failed"])
    }

    @Test func aStoppedQueueGetsNoWork() throws {
        var table = table([try job("a", "one", shards: [10]), try job("b", "two", shards: [10])])
        table.stop(queue: "a")
        #expect(table.nextAssignments(at: moment(0)).map(\.job.record.queue) == ["b"])
    }
}
