import BatchCore
import Synchronization

/// A job under way, as the work table and the compute threads share it.
final class RunningJob: Sendable {
    let record: JobRecord
    let layout: QueueLayout
    let configuration: QueueConfiguration
    let model: any BatchModel
    let reader: JobReader
    /// As an operator had it when the job was taken to work.
    let rank: JobRank
    /// Whose answers its shards may use; nil where every record is computed.
    let scope: AnswerScope?
    /// The answers of its queue's former jobs; nil where the queue keeps none.
    let cache: AnswerCache?
    /// Tells its answers from those of other jobs in the cache.
    let origin: UInt32
    let log: Mutex<AttemptLog>

    init(
        record: JobRecord,
        layout: QueueLayout,
        configuration: QueueConfiguration,
        model: any BatchModel,
        reader: JobReader,
        rank: JobRank = .normal,
        scope: AnswerScope? = nil,
        cache: AnswerCache? = nil,
        origin: UInt32 = 0,
        log: AttemptLog
    ) {
        self.record = record
        self.layout = layout
        self.configuration = configuration
        self.model = model
        self.reader = reader
        self.rank = rank
        self.scope = scope
        self.cache = cache
        self.origin = origin
        self.log = Mutex(log)
    }

    var name: JobName { JobName(queue: record.queue, key: record.key) }

    /// The most records of a shard.
    var shardRecords: Int { record.shardRecords ?? configuration.shardRecords(for: model) }

    /// The trial of a shard as its journal tells it.
    func trial(of shard: Int) -> ShardTrial {
        let entries = log.withLock { log in log.entries.filter { $0.shard == shard } }
        return ShardTrial(recordCount: record.shards[shard].records, entries: entries)
    }
}

/// What a shard is waiting for.
enum ShardState: Equatable {
    /// A compute thread.
    case ready
    /// Its backoff, until this monotonic time in seconds.
    case deferred(Double)
    /// A compute thread has it.
    case running
    /// Nothing: its file is durable.
    case done(results: Int, errors: Int)
}
