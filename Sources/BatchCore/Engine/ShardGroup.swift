/// Shards that one compute thread answers together: one large shard, or small ones of several jobs of one model.
public struct ShardGroup: Sendable {
    /// The model of all of them.
    public var model: any BatchModel
    /// The shards, each owned by the thread until it is finished or failed.
    public var shards: [any ShardRun]
    /// The tokens at which a batch is closed.
    public var budgetTokens: Int

    /// Creates a group.
    public init(model: any BatchModel, shards: [any ShardRun], budgetTokens: Int) {
        self.model = model
        self.shards = shards
        self.budgetTokens = budgetTokens
    }
}

/// One shard under way: where its records come from and where its answers go.
public protocol ShardRun: AnyObject, Sendable {
    /// Names the shard where a supervisor that outlives this process can read it.
    var inFlightName: String { get }

    /// A known-good text to answer before this shard, where the shard is a suspected poison record alone.
    var needsCanary: Bool { get }

    /// How long the group of this shard may compute, in seconds.
    var timeoutSeconds: Double { get }

    /// What happens to a text with more tokens than the model takes.
    var onLong: LongTextPolicy { get }

    /// Whose answers may be used for this shard; nil where every record is to be computed.
    var scope: AnswerScope? { get }

    /// How many stretches of text are told, at most, that moved a record's answer; 0 for no explanations.
    var explainedStretches: Int { get }

    /// Reads and scans the records.
    ///
    /// - Returns: The records, and the seconds of reading and scanning.
    /// - Throws: If the input cannot be read; the shard is then tried again.
    func read() throws -> (block: RecordBlock, seconds: StageSeconds)

    /// Takes the answers and makes them durable.
    ///
    /// - Throws: If they cannot be written.
    func finish(_ outcome: ShardOutcome) throws

    /// Takes the blame for a group that threw.
    func fail(_ error: any Error)
}

/// Hands out groups and takes back the news of them.
public protocol JobSource: AnyObject, Sendable {
    /// Waits for work.
    ///
    /// - Parameter worker: The compute thread that asks, from 0.
    /// - Returns: The next group, or nil when the thread should end.
    func nextGroup(worker: Int) -> ShardGroup?

    /// Says that a group has been dealt with: every shard of it was finished or failed.
    func finished(_ group: ShardGroup, cost: GroupCost)
}

/// What a group cost, from which the batch budget is tuned.
public struct GroupCost: Sendable, Equatable {
    /// The budget it ran with, in tokens.
    public var budgetTokens: Int
    /// Tokens computed.
    public var tokens: Int
    /// Seconds spent encoding and predicting.
    public var seconds: Double

    /// Creates a cost.
    public init(budgetTokens: Int, tokens: Int, seconds: Double) {
        self.budgetTokens = budgetTokens
        self.tokens = tokens
        self.seconds = seconds
    }
}

/// The answers of one shard, in input order.
public struct ShardOutcome: Sendable {
    /// The records and failures they belong to.
    public var block: RecordBlock
    /// One row a record of `block.records`.
    public var predictions: PredictionRows
    /// One entry a record of `block.records`; none where the shard wants no explanations.
    public var explanations = ExplanationRows()
    /// One entry a record of `block.records`.
    public var encoded: [EncodedText]
    /// Batches that held records of this shard.
    public var batches: Int
    /// Packed tokens of this shard.
    public var tokens: Int
    /// Records with the answer of an equal record of their job.
    public var deduplicated = 0
    /// Records with an answer that was kept from another job.
    public var cached = 0
    /// The answers to keep for other jobs, end to end: the digest and the packed answer of each.
    public var learned: [UInt64] = []
    /// Where the time went.
    public var seconds: StageSeconds
    /// What looking for known answers and remembering new ones took, in seconds.
    public var recallSeconds = 0.0
    /// The part of the model's seconds that explanations took.
    public var explanationSeconds = 0.0

    /// Creates an outcome.
    public init(
        block: RecordBlock,
        predictions: PredictionRows,
        encoded: [EncodedText] = [],
        batches: Int = 0,
        tokens: Int = 0,
        seconds: StageSeconds = StageSeconds()
    ) {
        self.block = block
        self.predictions = predictions
        self.encoded = encoded
        self.batches = batches
        self.tokens = tokens
        self.seconds = seconds
    }
}

/// Seconds of one compute thread by stage.
public struct StageSeconds: Sendable, Equatable, Codable {
    /// Decompressing and cutting lines.
    public var read = 0.0
    /// Checking JSON and taking out fields.
    public var scan = 0.0
    /// Turning texts into tokens, and looking for those that were answered before.
    public var encode = 0.0
    /// The model.
    public var predict = 0.0
    /// Formatting, compressing and syncing results.
    public var write = 0.0

    /// Creates a tally of nothing.
    public init() {}

    /// Adds another tally.
    public mutating func add(_ other: StageSeconds) {
        read += other.read
        scan += other.scan
        encode += other.encode
        predict += other.predict
        write += other.write
    }

    /// All stages together.
    public var total: Double { read + scan + encode + predict + write }
}
