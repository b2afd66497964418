public import BatchCore
import SystemPackage

/// How far a job in `jobs/` is, as its files tell.
public struct RunningJobSummary: Sendable, Equatable {
    /// Running, deferred or publishing.
    public var state: JobState
    /// Records of finished shards.
    public var done: Int
    /// All records.
    public var total: Int
    /// Records without a result, where few enough shards are finished to look into each.
    public var errors: Int?
    /// The model.
    public var model: ModelIdentity?

    /// Finished shards that are looked into for errors.
    static let shardsReadMaximum = 64

    init(job: JobLayout, disk: any FileSystem) throws {
        let record = try JobFiles.record(at: job.record, on: disk)
        let names = Set(try disk.entries(of: job.directory, maximum: .max).map(\.name.string))
        let finished = record.shards.indices.filter { names.contains(JobLayout.shardName($0)) }
        done = finished.reduce(0) { $0 + record.shards[$1].records }
        total = record.recordCount
        model = record.model
        errors = try Self.errors(in: finished, of: record, job, disk)
        if try disk.status(of: job.intent) != nil || finished.count == record.shards.count {
            state = .publishing
        } else {
            state = try Self.isDeferred(record, finished: Set(finished), job, disk) ? .deferred : .running
        }
    }

    private static func errors(
        in finished: [Int],
        of record: JobRecord,
        _ job: JobLayout,
        _ disk: any FileSystem
    ) throws -> Int? {
        guard let model = record.model, finished.count <= shardsReadMaximum else { return nil }
        return try finished.reduce(0) { sum, index in
            let bytes = try disk.readFile(job.shard(index), bytesMaximum: ShardFile.bytesMaximum)
            let shard = ShardFile(bytes: bytes, index: index, records: record.shards[index].records, model: model)
            return sum + (shard?.summary.errors ?? 0)
        }
    }

    /// Whether every shard that is left waits for its backoff.
    private static func isDeferred(
        _ record: JobRecord,
        finished: Set<Int>,
        _ job: JobLayout,
        _ disk: any FileSystem
    ) throws -> Bool {
        let entries = try AttemptLog(path: job.attempts, on: disk).entries
        guard !entries.isEmpty else { return false }
        let time = SystemTimeSource()
        return record.shards.indices.allSatisfy { index in
            if finished.contains(index) { return true }
            guard let last = entries.last(where: { $0.shard == index }) else { return false }
            let remaining = last.remainingSeconds(
                wallSeconds: time.wallSeconds,
                monotonicSeconds: time.monotonicSeconds,
                bootID: time.bootID
            )
            return remaining > 0
        }
    }
}
