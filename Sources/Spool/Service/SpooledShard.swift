import BatchCore
import JSONLines
import SystemPackage

/// One shard of a spooled job in the hands of a compute thread.
final class SpooledShard: ShardRun {
    private let assignment: WorkTable.Assignment
    private let exchange: WorkExchange
    private let budgetTokens: Int

    init(_ assignment: WorkTable.Assignment, exchange: WorkExchange, budgetTokens: Int) {
        self.assignment = assignment
        self.exchange = exchange
        self.budgetTokens = budgetTokens
    }

    private var job: RunningJob { assignment.job }

    private var range: Range<Int> {
        switch assignment.step {
        case .probe(let range, _): range
        case .run, .hold: 0..<job.record.shards[assignment.shard].records
        }
    }

    var inFlightName: String {
        InFlightShard(queue: job.record.queue, key: job.record.key, shard: assignment.shard, range: range).line
    }

    var needsCanary: Bool {
        if case .probe(_, alone: true) = assignment.step { true } else { false }
    }

    var timeoutSeconds: Double { job.configuration.retryPolicy.shardTimeoutSeconds }

    var onLong: LongTextPolicy { job.configuration.limits.onLong }

    /// What is tried again, or searched for a record that brings the model down, must meet the model.
    var scope: AnswerScope? {
        guard case .run = assignment.step, assignment.attempts == 0 else { return nil }
        return job.cache?.scope(origin: job.origin) ?? job.scope
    }

    var explainedStretches: Int { job.configuration.output.explain }

    func read() throws -> (block: RecordBlock, seconds: StageSeconds) {
        var seconds = StageSeconds()
        let start = exchange.time.monotonicSeconds
        let lines = try blamingDisk { try job.reader.lines(of: assignment.shard) }
        let scanStart = exchange.time.monotonicSeconds
        var extractor = RecordExtractor(configuration: job.configuration)
        var poison: [Int: Int] = [:]
        if case .run(let skipping) = assignment.step { poison = skipping }
        let block = extractor.extract(lines, ordinals: range, poison: poison)
        seconds.read = scanStart - start
        seconds.scan = exchange.time.monotonicSeconds - scanStart
        return (block, seconds)
    }

    func finish(_ outcome: ShardOutcome) throws {
        if case .probe(let range, _) = assignment.step {
            exchange.probePassed(assignment, range: range)
            return
        }
        let file = try blamingDisk {
            try exchange.withEncoder { encoder in
                try ShardFileBuilder(
                    job: job.record,
                    configuration: job.configuration,
                    model: job.model,
                    time: exchange.time
                ).build(outcome, shard: assignment.shard, budgetTokens: budgetTokens, with: encoder)
            }
        }
        try exchange.disk.writeDurably(file.bytes, to: job.layout.job(job.record.key).shard(assignment.shard))
        job.cache?.keep(outcome.learned)
        exchange.shardDone(assignment, results: file.summary.results, errors: file.summary.errors)
    }

    /// Our copy was whole when it was accepted, so what zstd finds wrong with it now is no record's fault; neither
    /// is a lack of memory.
    private func blamingDisk<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as JSONLinesError {
            let errno: Errno = error.code == .zstdOutOfMemory ? .noMemory : .ioError
            let path = job.layout.job(job.record.key).directory
            throw FileSystemError(operation: "read shard \(assignment.shard)", path: path, errno: errno)
        }
    }

    func fail(_ error: any Error) {
        exchange.shardFailed(assignment, range: range, error: error)
    }
}

/// The name of a shard under way, as it stands in the supervisor's board: one line, fields set apart by tabs.
public struct InFlightShard: Sendable, Equatable {
    /// The queue.
    public var queue: String
    /// The job's key.
    public var key: String
    /// The shard's index.
    public var shard: Int
    /// The records being tried, ordinals within the shard.
    public var range: Range<Int>

    /// Creates a name.
    public init(queue: String, key: String, shard: Int, range: Range<Int>) {
        self.queue = queue
        self.key = key
        self.shard = shard
        self.range = range
    }

    /// Reads a name back.
    ///
    /// - Parameter line: What `line` gave.
    public init?(line: some StringProtocol) {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard fields.count == 5, let shard = Int(fields[2]), let first = Int(fields[3]), let count = Int(fields[4]),
            shard >= 0, first >= 0, count >= 0
        else { return nil }
        self.init(queue: String(fields[0]), key: String(fields[1]), shard: shard, range: first..<first + count)
    }

    /// The name as one line without its end.
    public var line: String { "\(queue)\t\(key)\t\(shard)\t\(range.lowerBound)\t\(range.count)" }
}
