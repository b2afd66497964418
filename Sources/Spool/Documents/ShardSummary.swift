public import BatchCore

/// The footer by which a shard file certifies itself.
public struct ShardSummary: Sendable, Equatable, Codable {
    /// The shard's index in its job.
    public var index: Int
    /// Non-blank lines; `results + errors`.
    public var records: Int
    /// Lines in the results frame.
    public var results: Int
    /// Lines in the errors frame.
    public var errors: Int
    /// The compressed size of the results frame.
    public var resultsBytes: Int
    /// The compressed size of the errors frame; 0 where there are none.
    public var errorsBytes: Int
    /// SHA-256 of both frames, end to end.
    public var sha256: String
    /// The model that answered.
    public var model: ModelIdentity
    /// Results whose text the model saw only the beginning of.
    public var truncated: Int
    /// Results whose text the model saw in several windows; nil in a file of a build that knew no windows.
    public var windowed: Int?
    /// Results that were taken from an equal record; nil in a file of a build that computed each.
    public var deduplicated: Int?
    /// Results that were kept from another job; nil in a file of a build that kept none.
    public var cached: Int?
    /// Results by label, entities by group; empty where the model gives no labels.
    public var labels: [String: Int]
    /// Labels, or entities, by their probability, in 20 bins of 0.05.
    public var confidence: [Int]
    /// Results by the fields that the queue's monitors group by; nil where they group by none.
    public var slices: [SliceTable]?
    /// Errors by code.
    public var errorCodes: [String: Int]
    /// Packed tokens.
    public var tokens: Int
    /// Batches that held records of this shard.
    public var batches: Int
    /// The tokens at which a batch was closed.
    public var batchBudgetTokens: Int
    /// Where the compute thread's time went.
    public var seconds: StageSeconds
    /// Results by the tokens of their input, in the bins of `TokenLengths`; nil in a file of a build that did not count.
    public var lengths: [Int]?
    /// When the shard was answered, seconds since 1970; nil in a file of a build that did not say.
    public var finishedWallSeconds: Double?
    /// The first records of each error code; nil in a file of a build that kept none.
    public var failureSamples: [FailureSample]?

    /// The number of bins of `confidence`.
    public static let confidenceBins = 20

    private enum CodingKeys: String, CodingKey {
        case index
        case records
        case results
        case errors
        case resultsBytes = "results_bytes"
        case errorsBytes = "errors_bytes"
        case sha256
        case model
        case truncated
        case windowed
        case deduplicated
        case cached
        case labels
        case confidence
        case slices
        case errorCodes = "error_codes"
        case tokens
        case batches
        case batchBudgetTokens = "batch_budget_tokens"
        case seconds
        case lengths
        case finishedWallSeconds = "finished_wall_seconds"
        case failureSamples = "failure_samples"
    }
}
