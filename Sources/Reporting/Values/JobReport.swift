public import BatchCore

/// Everything that the page about one job shows.
public struct JobReport: Sendable, Equatable {
    /// The queue.
    public var queue: String
    /// The name that was dropped.
    public var source: String
    /// The job this one repeats or replays, in words; nil where it does neither.
    public var parent: String?
    /// The job in numbers.
    public var figures: JobFigures
    /// Why the job failed; nil where it did not.
    public var failure: ReportedFailure?
    /// The first records of each error code that have no result.
    public var errorSamples: [String: [ErrorSample]] = [:]
    /// Results by the values of fields of the input.
    public var slices: [FieldSlice] = []
    /// What the queue's monitors say.
    public var alarms: [ReportedAlarm] = []
    /// Records finished over time; nil where unknown.
    public var throughput: Throughput?
    /// Thread seconds by stage.
    public var stages: StageSeconds
    /// Tokens that the model computed on.
    public var tokens: Int
    /// The largest resident size of the process so far, in bytes.
    public var peakRSSBytes: Int
    /// The input.
    public var input: ReportedInput
    /// Attempts that were charged to parts of the job.
    public var attempts: Int
    /// What an hour of one core costs; nil where nobody has said so.
    public var corePrice: CorePrice?
    /// The nights before.
    public var former = FormerNights()
    /// Records of the largest job that finished before it in its own night; 0 where it is the first.
    public var largestOfNight = 0

    /// Creates the report of a job.
    ///
    /// - Parameters:
    ///   - queue: The queue.
    ///   - source: The name that was dropped.
    ///   - figures: The job in numbers.
    ///   - stages: Thread seconds by stage.
    ///   - tokens: Tokens that the model computed on.
    ///   - peakRSSBytes: The largest resident size of the process so far.
    ///   - input: The input.
    ///   - attempts: Attempts that were charged to parts of the job.
    public init(
        queue: String,
        source: String,
        figures: JobFigures,
        stages: StageSeconds,
        tokens: Int,
        peakRSSBytes: Int,
        input: ReportedInput,
        attempts: Int
    ) {
        self.queue = queue
        self.source = source
        self.figures = figures
        self.stages = stages
        self.tokens = tokens
        self.peakRSSBytes = peakRSSBytes
        self.input = input
        self.attempts = attempts
    }
}

/// Why a job failed as a whole.
public struct ReportedFailure: Sendable, Equatable {
    /// A stable word.
    public var code: String
    /// A sentence that says what, where and what to do next.
    public var message: String

    /// Creates a failure.
    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}

/// One record without a result, as an example.
public struct ErrorSample: Sendable, Equatable {
    /// Its line in the input, from 1.
    public var line: Int
    /// What is wrong with it.
    public var message: String
    /// The beginning of the record.
    public var excerpt: String

    /// Creates a sample.
    public init(line: Int, message: String, excerpt: String) {
        self.line = line
        self.message = message
        self.excerpt = excerpt
    }
}

/// Results by the values of one field of the input.
public struct FieldSlice: Sendable, Equatable {
    /// The field.
    public var field: String
    /// Its values, those with the most records first.
    public var values: [Value]
    /// Records without a value that can be used, and those of values that there was no room for.
    public var other: Value
    /// Whether `other` may have such values.
    public var mayLackValues = false
    /// Labels that somebody watches, those with an alarm first.
    public var watchedLabels: [String] = []

    /// Creates a slice.
    public init(field: String, values: [Value], other: Value) {
        self.field = field
        self.values = values
        self.other = other
    }

    /// The records of one value.
    public struct Value: Sendable, Equatable {
        /// The value.
        public var value: String
        /// How many records have it.
        public var records: Int
        /// Their results by label.
        public var labels: [String: Int]
        /// Whether an alarm about it is up.
        public var isAlarmed: Bool

        /// Creates a value's figures.
        public init(value: String, records: Int, labels: [String: Int], isAlarmed: Bool = false) {
            self.value = value
            self.records = records
            self.labels = labels
            self.isAlarmed = isAlarmed
        }
    }
}

/// Records finished over time, in equal bins from acceptance to publication.
public struct Throughput: Sendable, Equatable {
    /// The width of a bin.
    public var binSeconds: Double
    /// Records that were finished in each.
    public var records: [Int]

    /// Creates a series.
    public init(binSeconds: Double, records: [Int]) {
        self.binSeconds = binSeconds
        self.records = records
    }
}

/// What is known of a job's input.
public struct ReportedInput: Sendable, Equatable {
    /// Bytes as they were dropped.
    public var bytes: Int
    /// Bytes after decompression.
    public var decodedBytes: Int
    /// The SHA-256 of the bytes as they were dropped; empty where they could not be read.
    public var sha256: String
    /// Whether checksums or the sender's manifest vouch for it, in words.
    public var integrity: String

    /// Creates a description.
    public init(bytes: Int, decodedBytes: Int, sha256: String, integrity: String) {
        self.bytes = bytes
        self.decodedBytes = decodedBytes
        self.sha256 = sha256
        self.integrity = integrity
    }
}

/// What an hour of one core costs.
public struct CorePrice: Sendable, Equatable {
    /// The price of a core hour.
    public var perHour: Double
    /// The currency, as it is to be written: `EUR`.
    public var currency: String

    /// Creates a price.
    public init(perHour: Double, currency: String) {
        self.perHour = perHour
        self.currency = currency
    }
}
