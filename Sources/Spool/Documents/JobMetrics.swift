public import BatchCore

/// `metrics.json`: what one job brought and what it cost.
public struct JobMetrics: Sendable, Equatable, Codable {
    /// The job.
    public var job: JobName
    /// Whether results may be used.
    public var outcome: JobOutcome
    /// Why not.
    public var failure: JobFailure?
    /// Records by what became of them.
    public var records: RecordCounts
    /// Errors by code.
    public var errors: [String: Int]
    /// Results by label, entities by group; empty where the model gives no labels.
    public var labels: [String: Int]
    /// Results by the probability of their label, or entities by theirs, in 20 bins of 0.05 from 0 to 1.
    public var confidenceHistogram: [Int]
    /// Results by the tokens of their input, in the bins of `TokenLengths`; nil where nobody counted.
    public var lengths: [Int]?
    /// Results by the fields that monitors group by; nil where they group by none.
    public var slices: [SliceTable]?
    /// What monitors had to tell, as in `alerts.jsonl`; nil where there was nothing.
    public var alerts: [AlertRecord]?
    /// The alarms that stand after this job, or silence others; nil where there are none.
    public var alarms: [AlarmState]?
    /// Packed tokens computed.
    public var tokens: Int
    /// Tokens computed for nothing; ragged batches have none.
    public var paddingTokens: Int
    /// Batches computed, one shared by two shards counted for each.
    public var batches: Int
    /// The tokens at which a batch was closed; the largest where tuning tried several.
    public var batchBudgetTokens: Int
    /// Where the time went.
    public var seconds: JobSeconds
    /// Results and errors a second, from acceptance to publication.
    public var recordsPerSecond: Double
    /// Records finished over that time; nil where it is not known.
    public var throughput: ThroughputSeries?
    /// Tokens a second, over the same time.
    public var tokensPerSecond: Double
    /// The largest resident size of the engine so far, in bytes.
    public var peakRSSBytes: Int
    /// The model.
    public var model: ModelIdentity?
    /// The instruction set of the kernels.
    public var isa: String
    /// The build.
    public var build: String
    /// The input.
    public var input: InputSummary
    /// Attempts that were charged to shards of this job.
    public var attempts: Int
    /// The job this one repeats or replays.
    public var parent: ParentJob?
    /// When the input was accepted, ISO 8601 in UTC.
    public var acceptedAt: String
    /// When the results were assembled, ISO 8601 in UTC.
    public var finishedAt: String

    private enum CodingKeys: String, CodingKey {
        case job
        case outcome
        case failure
        case records
        case errors
        case labels
        case confidenceHistogram = "confidence_histogram"
        case lengths
        case slices
        case alerts
        case alarms
        case tokens
        case paddingTokens = "padding_tokens"
        case batches
        case batchBudgetTokens = "batch_budget_tokens"
        case seconds
        case recordsPerSecond = "records_per_second"
        case throughput
        case tokensPerSecond = "tokens_per_second"
        case peakRSSBytes = "peak_rss_bytes"
        case model
        case isa
        case build
        case input
        case attempts
        case parent
        case acceptedAt = "accepted_at"
        case finishedAt = "finished_at"
    }
}

/// A job's full name.
public struct JobName: Sendable, Equatable, Hashable, Codable {
    /// The queue.
    public var queue: String
    /// The key in that queue.
    public var key: String

    /// Creates a name.
    public init(queue: String, key: String) {
        self.queue = queue
        self.key = key
    }
}

/// Whether a published job's results may be used.
public enum JobOutcome: String, Sendable, Codable {
    /// `_SUCCESS`.
    case success
    /// `_FAILED`.
    case failed
}

/// Records by what became of them.
public struct RecordCounts: Sendable, Equatable, Codable {
    /// Non-blank lines of the input.
    public var read = 0
    /// Lines of the results file.
    public var answered = 0
    /// Lines of the errors file.
    public var failed = 0
    /// Answers from the beginning of a text only.
    public var truncated = 0
    /// Answers from several windows over a long text.
    public var windowed = 0
    /// Answers taken from an equal record of the job.
    public var deduplicated = 0
    /// Answers kept from another job of the queue.
    public var cached = 0

    /// Creates counts of nothing.
    public init() {}

    private enum CodingKeys: String, CodingKey {
        case read = "in"
        case answered = "out"
        case failed
        case truncated
        case windowed
        case deduplicated
        case cached
    }

    /// Reads counts; documents of builds that knew no windows, or kept no answers, have none of them.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        read = try container.decode(Int.self, forKey: .read)
        answered = try container.decode(Int.self, forKey: .answered)
        failed = try container.decode(Int.self, forKey: .failed)
        truncated = try container.decode(Int.self, forKey: .truncated)
        windowed = try container.decodeIfPresent(Int.self, forKey: .windowed) ?? 0
        deduplicated = try container.decode(Int.self, forKey: .deduplicated)
        cached = try container.decodeIfPresent(Int.self, forKey: .cached) ?? 0
    }
}

/// A job's seconds: thread seconds by stage, and the wall time.
public struct JobSeconds: Sendable, Equatable, Codable {
    /// Decompressing and cutting lines.
    public var read: Double
    /// Checking JSON and taking out fields.
    public var scan: Double
    /// Turning texts into tokens, and looking for those that were answered before.
    public var encode: Double
    /// The model.
    public var predict: Double
    /// Formatting, compressing and syncing results.
    public var write: Double
    /// All stages of all threads: the CPU seconds that the job's records took.
    public var cpu: Double
    /// From acceptance to publication.
    public var wall: Double
}
