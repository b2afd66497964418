import BatchTesting
import JSONLines
import SystemPackage
import Testing

@testable import Spool

/// What reading a dropped file makes of it.
@Suite struct IngestionTests {
    private static let source = SourceName(name: "a.jsonl", stem: "a", ending: ".jsonl", compression: .none)

    private func ingestion(of text: String, limits: String, on root: OneQueue) throws -> Ingestion {
        root.disk.drop(Array(text.utf8), at: root.layout.claimed.appending("a.jsonl"))
        let settings = try QueueConfiguration.parse(yaml: "model: m\n" + limits, file: "queue.yaml")
        return try Ingestion(
            source: Self.source,
            layout: root.layout,
            settings: settings,
            shardRecords: settings.shardRecords ?? 8,
            disk: root.disk
        )
    }

    private func stepsToTheEnd(of ingestion: Ingestion) throws -> Int {
        var steps = 1
        while try !ingestion.step() { steps += 1 }
        return steps
    }

    @Test func fileThatFailedIsHashedInSlicesAndNotCopied() throws {
        let root = OneQueue()
        let text = String(repeating: "1\n", count: 10 << 20)
        let ingestion = try ingestion(of: text, limits: "limits: { records: 10 }", on: root)
        let steps = try stepsToTheEnd(of: ingestion)
        #expect(ingestion.content.failure?.code == "too_many_records")
        #expect(ingestion.content.sha256 == ContentHash.hexadecimal(of: Array(text.utf8)))
        #expect(steps >= 5)
        #expect(try root.names(in: root.layout.ingesting("a.jsonl").directory) == [])
        let written = root.disk.calls.filter { $0.operation == .write }.count
        #expect(written <= 8, "\(written) writes")
    }

    @Test func fileLongerThanItsLimitIsNotReadToItsEnd() throws {
        let root = OneQueue()
        let text = String(repeating: "x", count: 20 << 20)
        let ingestion = try ingestion(of: text, limits: "limits: { compressed_bytes: 1MiB }", on: root)
        let steps = try stepsToTheEnd(of: ingestion)
        #expect(ingestion.content.failure?.code == "compressed_too_large")
        #expect(steps <= 3)
        #expect(root.disk.calls.count { $0.operation == .write } == 0)
    }

    @Test(arguments: ["x", "\n"])
    func fileWithoutASecondLineIsReadInStepsToo(_ byte: String) throws {
        let root = OneQueue()
        let ingestion = try ingestion(of: String(repeating: byte, count: 40 << 20), limits: "", on: root)
        let steps = try stepsToTheEnd(of: ingestion)
        #expect(steps >= 5)
        #expect(ingestion.content.failure == nil)
        #expect(ingestion.content.records == (byte == "x" ? 1 : 0))
    }

    @Test func jobOfTooManyShardsFails() throws {
        let root = OneQueue()
        let lines = String(repeating: "1\n", count: ShardLimits.shardsMaximum + 1)
        let ingestion = try ingestion(of: lines, limits: "shard_records: 1", on: root)
        while try !ingestion.step() {}
        #expect(ingestion.content.failure?.code == "too_many_shards")
    }

    @Test func lackOfMemoryPausesAndBlamesNoFile() {
        let lack = Ingestion.passing(JSONLinesError(.zstdOutOfMemory, "no context"), at: "a.jsonl")
        #expect(lack.consequence == .pause)
    }
}
