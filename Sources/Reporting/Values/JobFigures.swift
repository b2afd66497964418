public import BatchCore

/// What one job brought, in numbers: enough to compare a night with those before it.
public struct JobFigures: Sendable, Equatable {
    /// The job's key in its queue.
    public var key: String
    /// Whether its results may be used.
    public var hasSucceeded: Bool
    /// When its input was accepted, seconds since 1970.
    public var acceptedWallSeconds: Double
    /// When its results were assembled, seconds since 1970.
    public var finishedWallSeconds: Double
    /// Records by what became of them.
    public var records: RecordFigures
    /// Results by label, or entities by group; empty where the model gives no labels.
    public var labels: [String: Int]
    /// Labels by their probability, in equal bins from 0 to 1; empty or all 0 where the model gives none.
    public var confidence: [Int]
    /// Records by tokens of input: bin 0 holds the empty ones, bin n those of 2ⁿ⁻¹ up to 2ⁿ − 1; empty where unknown.
    public var lengths: [Int]
    /// Errors by code.
    public var errors: [String: Int]
    /// CPU seconds that the records took.
    public var cpuSeconds: Double
    /// Seconds from acceptance to publication.
    public var wallSeconds: Double
    /// The model that answered; nil where the job failed before one was chosen.
    public var model: ModelIdentity?
    /// The instruction set of the kernels.
    public var isa: String
    /// The build of batchd.
    public var build: String
    /// Alarms that stand after it; nil of a job that says nothing about its night.
    public var alarmsUp: Int?
    /// The job whose input it answers again; nil where it repeats none.
    public var repeats: String?
    /// The job whose errors it answers; nil where it replays none.
    public var replays: String?

    /// Creates the figures of a job.
    public init(
        key: String,
        hasSucceeded: Bool,
        acceptedWallSeconds: Double,
        finishedWallSeconds: Double,
        records: RecordFigures,
        labels: [String: Int],
        confidence: [Int],
        lengths: [Int],
        errors: [String: Int],
        cpuSeconds: Double,
        wallSeconds: Double,
        model: ModelIdentity?,
        isa: String,
        build: String
    ) {
        self.key = key
        self.hasSucceeded = hasSucceeded
        self.acceptedWallSeconds = acceptedWallSeconds
        self.finishedWallSeconds = finishedWallSeconds
        self.records = records
        self.labels = labels
        self.confidence = confidence
        self.lengths = lengths
        self.errors = errors
        self.cpuSeconds = cpuSeconds
        self.wallSeconds = wallSeconds
        self.model = model
        self.isa = isa
        self.build = build
    }
}

/// Records by what became of them.
public struct RecordFigures: Sendable, Equatable {
    /// Records of the input.
    public var read = 0
    /// Records with a result.
    public var answered = 0
    /// Records without one.
    public var failed = 0
    /// Answers from the beginning of a text only.
    public var truncated = 0
    /// Answers from several windows over a long text.
    public var windowed = 0
    /// Answers taken from an equal record of the job.
    public var deduplicated = 0
    /// Answers kept from another job of the queue.
    public var cached = 0

    /// Creates figures of nothing.
    public init() {}

    /// Adds those of another job.
    mutating func add(_ other: RecordFigures) {
        read += other.read
        answered += other.answered
        failed += other.failed
        truncated += other.truncated
        windowed += other.windowed
        deduplicated += other.deduplicated
        cached += other.cached
    }
}
