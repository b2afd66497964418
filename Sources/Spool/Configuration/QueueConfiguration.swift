public import BatchCore

/// What queue.yaml says about one queue.
public struct QueueConfiguration: Sendable, Equatable {
    /// The model reference, `sentiment@1`.
    public var model: String
    /// The number format that the model runs in.
    public var precision = QueueConfigurationKeys.precision.fallback
    /// What is read of a record.
    public var input = Input()
    /// What is written of an answer.
    public var output = Output()
    /// What a file may ask of this machine.
    public var limits = Limits()
    /// What happens to a shard that brings the worker down.
    public var retry = Retry()
    /// Record errors above which a job fails; nil ignores them.
    public var errorThreshold: Int?
    /// Whether a text that a job says again is answered once.
    public var deduplicates = QueueConfigurationKeys.deduplicate.fallback
    /// What the answers kept for other nights take at most, in bytes; nil where none are kept.
    public var cacheBytes = QueueConfigurationKeys.cache.fallback
    /// Records in a shard; nil leaves it to the model.
    public var shardRecords = QueueConfigurationKeys.shardRecords.fallback
    /// What happens to a file without checksum or manifest.
    public var integrity = QueueConfigurationKeys.integrity.fallback
    /// What happens to another file of a former name.
    public var sameName = QueueConfigurationKeys.sameName.fallback
    /// The local time of the day by which results are wanted.
    public var deliverBy: TimeOfDay?
    /// How old a dropped file must be before it is taken without other proof that it is complete.
    public var settle = QueueConfigurationKeys.settle.fallback
    /// What is watched from night to night.
    public var monitors: [MonitorDefinition] = QueueConfigurationKeys.monitors.fallback

    /// How long what is over is kept.
    public var retention = Retention()

    /// Creates the configuration that a file with nothing but a model gives.
    public init(model: String) {
        self.model = model
    }

    /// What is read of a record.
    public struct Input: Sendable, Equatable {
        /// Where the text is.
        public var text = QueueConfigurationKeys.inputText.fallback
        /// Where the second text is; nil where records have one text.
        public var textPair = QueueConfigurationKeys.inputTextPair.fallback
        /// The fields that may name a record, in the order in which they are looked for.
        public var idFields = QueueConfigurationKeys.inputID.fallback
        /// The dialect.
        public var format = QueueConfigurationKeys.inputFormat.fallback

        /// Creates the defaults.
        public init() {}
    }

    /// What is written of an answer.
    public struct Output: Sendable, Equatable {
        /// The fields of a result line, in order, each once; nil for those of the model's task.
        public var fields = QueueConfigurationKeys.outputFields.fallback
        /// How many labels `scores` holds, the most probable first.
        public var scores = QueueConfigurationKeys.outputScores.fallback
        /// The probability from which a label of several counts as given.
        public var threshold = QueueConfigurationKeys.outputThreshold.fallback
        /// How an embedding is written.
        public var embedding = QueueConfigurationKeys.outputEmbedding.fallback
        /// How many stretches of text are told, at most, that moved the answer; 0 for none.
        public var explain = QueueConfigurationKeys.explain.fallback
        /// Fields of the input record that are copied.
        public var pass = QueueConfigurationKeys.outputPass.fallback
        /// New names by field name, for both of the above.
        public var rename = QueueConfigurationKeys.outputRename.fallback
        /// The dialect.
        public var format = QueueConfigurationKeys.outputFormat.fallback

        /// Creates the defaults.
        public init() {}

        /// The name under which a field appears in a result line.
        public func name(of field: String) -> String { rename[field] ?? field }
    }

    /// What a file may ask of this machine.
    public struct Limits: Sendable, Equatable {
        /// The longest line, in bytes.
        public var lineBytes = QueueConfigurationKeys.lineBytes.fallback
        /// The most that a file may hold once decompressed, in bytes.
        public var decodedBytes = QueueConfigurationKeys.decodedBytes.fallback
        /// The largest dropped file, in bytes.
        public var compressedBytes = QueueConfigurationKeys.compressedBytes.fallback
        /// Decompressed bytes for each compressed one, after the first MiB.
        public var ratio = QueueConfigurationKeys.ratio.fallback
        /// The binary logarithm of the largest zstd window.
        public var windowLog = QueueConfigurationKeys.windowLog.fallback
        /// zstd frames in a file.
        public var frames = QueueConfigurationKeys.frames.fallback
        /// How deep JSON may nest.
        public var depth = QueueConfigurationKeys.depth.fallback
        /// Keys in one JSON object.
        public var keys = QueueConfigurationKeys.keys.fallback
        /// The longest id, in bytes.
        public var idBytes = QueueConfigurationKeys.idBytes.fallback
        /// Records in a file.
        public var records = QueueConfigurationKeys.records.fallback
        /// What happens to a text longer than the model reads.
        public var onLong = QueueConfigurationKeys.onLong.fallback

        /// Creates the defaults.
        public init() {}
    }

    /// What happens to a shard that brings the worker down.
    public struct Retry: Sendable, Equatable {
        /// How often a shard is tried.
        public var attempts = QueueConfigurationKeys.attempts.fallback
        /// The longest wait before the second attempt; it doubles with each further one.
        public var base = QueueConfigurationKeys.base.fallback
        /// The longest wait before any attempt.
        public var cap = QueueConfigurationKeys.cap.fallback
        /// How long after its first failure a shard may still be tried.
        public var deadline = QueueConfigurationKeys.deadline.fallback
        /// How long a shard may compute before it counts as hung.
        public var shardTimeout = QueueConfigurationKeys.shardTimeout.fallback

        /// Creates the defaults.
        public init() {}
    }

    /// How long what is over is kept; nil where batchd.yaml says.
    public struct Retention: Sendable, Equatable {
        /// Inputs of published jobs.
        public var archive = QueueConfigurationKeys.retentionArchive.fallback
        /// Files that could not become results.
        public var quarantine = QueueConfigurationKeys.retentionQuarantine.fallback
        /// Jobs that wait for an operator.
        public var hold = QueueConfigurationKeys.retentionHold.fallback
        /// Results.
        public var outbox = QueueConfigurationKeys.retentionOutbox.fallback
        /// How many days a finished job is remembered.
        public var doneDays = QueueConfigurationKeys.retentionDoneDays.fallback
        /// For how many days a file may be dropped again.
        public var replayDays = QueueConfigurationKeys.retentionReplayDays.fallback

        /// Creates the defaults.
        public init() {}
    }
}
