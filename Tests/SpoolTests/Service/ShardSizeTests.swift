import BatchCore
import BatchTesting
import Testing

@testable import Spool

/// A job is cut once, when it is accepted, and read by these cuts for as long as it lives.
@Suite struct ShardSizeTests {
    private static let auto = "model: marked\nsettle_seconds: 0\n"
    /// Ten records on twelve lines.
    private static let text = (1...10).map { "{\"text\": \"word \($0)\"}\n" + ($0 % 4 == 0 ? "\n" : "") }.joined()
    private static let lines = [1, 2, 3, 4, 6, 7, 8, 9, 11, 12]

    private func harness(_ root: OneQueue, _ configuration: String, shardRecords: Int) throws -> SpoolHarness {
        let model = MarkedTextModel(shardRecords: shardRecords)
        return try SpoolHarness(disk: root.disk, clock: root.clock, queues: ["q": configuration], model: model)
    }

    /// Has a keeper accept `a.jsonl` and one compute thread answer some of its shards.
    private func begin(_ root: OneQueue, shardRecords: Int, groups: Int) throws -> JobRecord {
        root.drop(Self.text, as: "a.jsonl")
        let harness = try harness(root, Self.auto, shardRecords: shardRecords)
        let values = try QueueConfiguration.parse(yaml: Self.auto, file: "queue.yaml")
        harness.keeper.recover(["q": LoadedQueueConfiguration(values: values, text: Self.auto)])
        for _ in 0..<20 { _ = harness.keeper.turn() }
        let worker = ComputeWorker(index: 0, source: harness.exchange, board: NobodyOnBoard(), time: root.clock)
        var computers = ComputerCache(time: root.clock)
        for _ in 0..<groups {
            let group = try #require(harness.exchange.takeGroupIfDue())
            _ = worker.work(on: group, with: &computers)
        }
        return try JobFiles.record(at: root.layout.job("a").record, on: root.disk)
    }

    @Test func theModelSaysHowManyRecordsAShardHas() throws {
        let record = try begin(OneQueue(), shardRecords: 3, groups: 0)
        #expect(record.shards.map(\.records) == [3, 3, 3, 1])
        #expect(record.shardRecords == 3)
    }

    @Test(arguments: ["", "shard_records: 5\n", "shard_records: 2\n"], [2, 7])
    func aRestartWithAnotherSizeKeepsTheCuts(setting: String, shardRecords: Int) throws {
        let root = OneQueue()
        let record = try begin(root, shardRecords: 3, groups: 2)
        let restarted = try harness(root, Self.auto + setting, shardRecords: shardRecords)
        #expect(restarted.run() == .idle)
        #expect(try root.job("a").lines().results == Self.lines)
        #expect(restarted.exchange.progress().answered == record.recordCount - 6)
    }

    @Test func aJobThatDoesNotSayItsSizeIsReadByItsCuts() throws {
        let root = OneQueue()
        var record = try begin(root, shardRecords: 3, groups: 1)
        record.shardRecords = nil
        try root.disk.writeDurably(DocumentCoding.seal(record), to: root.layout.job("a").record)
        let restarted = try harness(root, Self.auto, shardRecords: 4096)
        #expect(restarted.run() == .idle)
        #expect(try root.job("a").lines().results == Self.lines)
        #expect(restarted.exchange.progress().answered == record.recordCount - 3)
    }

    @Test func answersDoNotDependOnTheSizeOfShards() throws {
        var seen: Set<[String]> = []
        for setting in ["shard_records: 1", "shard_records: 4", "shard_records: 4096", "shard_records: auto"] {
            let root = OneQueue()
            root.drop(Self.text + "[]\n" + Self.text, as: "a.jsonl")
            #expect(try harness(root, "\(Self.auto)\(setting)\n", shardRecords: 3).run() == .idle)
            let job = try root.job("a")
            seen.insert(try job.lines(of: PublishedName.results) + job.lines(of: PublishedName.errors))
        }
        #expect(seen.count == 1)
        #expect(seen.first?.count == 21)
    }
}

private struct NobodyOnBoard: InFlightRecorder {
    func begin(worker: Int, names: [String], isCanary: Bool, timeoutSeconds: Double) {}
    func end(worker: Int) {}
}
