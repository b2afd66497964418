import BatchCore

/// Every key of queue.yaml with its range, its default and its meaning: the one place for all of them.
enum QueueConfigurationKeys {
    static let model = ConfigurationKey<String?>(
        "model",
        .optional(.text("a model reference, like sentiment, sentiment@3 or sentiment@stable"), absent: "none"),
        fallback: nil,
        example: "sentiment@3",
        "The model that answers: a name, a name with a version or an alias, or a directory (from the root). Required."
    )
    static let precision = ConfigurationKey<PrecisionChoice>(
        "precision",
        .choice(),
        fallback: .auto,
        example: "int8",
        "The number format that the model runs in; auto is the one that its makers found best."
    )

    // What is read of a record.
    static let inputText = ConfigurationKey<TextSource>(
        "input.text",
        .textSource,
        fallback: .firstOf(["text", "input_text", "input"]),
        example: "\"{news_title}. {news_summary}\"",
        "The text to classify: a field, a template of fields, or the first of several fields that is there."
    )
    static let inputTextPair = ConfigurationKey<TextSource?>(
        "input.text_pair",
        .optional(.textSource, absent: "none"),
        fallback: nil,
        example: "hypothesis",
        "The second text, for models that compare two; written like 'input.text'."
    )
    static let inputID = ConfigurationKey<[String]>(
        "input.id",
        .fieldNames(1...16, orOne: true),
        fallback: ["id", "custom_id", "recordId"],
        example: "news_id",
        "The field that names a record, or several to look for in turn; without one the line number does."
    )
    static let inputFeatures = ConfigurationKey<[String]>(
        "input.features",
        .emptyList("models over features are"),
        fallback: [],
        "The fields of a tabular record, in the model's order."
    )
    static let inputFormat = ConfigurationKey<RecordFormat>(
        "input.format",
        .choice(later: RecordFormat.later),
        fallback: .native,
        "The dialect of the dropped files."
    )

    // What is written of an answer.
    static let outputFields = ConfigurationKey<[OutputField]?>(
        "output.fields",
        .optional(.outputFields, absent: "none"),
        fallback: nil,
        example: "[id, line, label, probability]",
        "The fields of a result line, in this order; without the key those of the model's task."
    )
    static let outputScores = ConfigurationKey<Int>(
        "output.scores",
        .count(0...10_000),
        fallback: 10,
        example: "3",
        "How many labels 'scores' holds, the most probable first; 0 leaves it empty."
    )
    static let outputThreshold = ConfigurationKey<Double>(
        "output.threshold",
        .number(0...1),
        fallback: 0.5,
        example: "0.25",
        "The probability from which a multi-label model's label counts as given."
    )
    static let outputEmbedding = ConfigurationKey<EmbeddingFormat>(
        "output.embedding",
        .choice(),
        fallback: .list,
        example: "base64",
        "How an embedding is written: numbers, or base64 of little-endian float32."
    )
    static let outputPass = ConfigurationKey<[String]>(
        "output.pass",
        .fieldNames(0...256),
        fallback: [],
        example: "[company]",
        "Fields of the input record that are copied into its result line."
    )
    static let outputRename = ConfigurationKey<[String: String]>(
        "output.rename",
        .renames,
        fallback: [:],
        example: "{ label: sentiment, probability: confidence }",
        "New names for fields of the result line."
    )
    static let outputFormat = ConfigurationKey<ResultFormat>(
        "output.format",
        .choice(),
        fallback: .native,
        example: "csv",
        "The dialect of the results: JSON Lines of batchd's own, or what another tool's readers know."
    )

    // What a file may ask of this machine.
    static let lineBytes = ConfigurationKey<Int>(
        "limits.line_bytes",
        .size(16...256 << 20),
        fallback: 1 << 20,
        example: "4MiB",
        "The longest line; a longer one becomes an error record."
    )
    static let decodedBytes = ConfigurationKey<Int>(
        "limits.decoded_bytes",
        .size(1...1 << 50),
        fallback: 20 << 30,
        example: "100GiB",
        "The most that a file may hold once decompressed."
    )
    static let compressedBytes = ConfigurationKey<Int>(
        "limits.compressed_bytes",
        .size(1...1 << 50),
        fallback: 2 << 30,
        example: "10GiB",
        "The largest dropped file."
    )
    static let ratio = ConfigurationKey<Int>(
        "limits.ratio",
        .count(1...1_000_000),
        fallback: 200,
        example: "1000",
        "Decompressed bytes for each compressed one, after the first MiB."
    )
    static let windowLog = ConfigurationKey<Int>(
        "limits.window_log",
        .count(10...31),
        fallback: 23,
        example: "27",
        "The binary logarithm of the largest zstd window: 23 is 8 MiB of memory for each open file."
    )
    static let frames = ConfigurationKey<Int>(
        "limits.frames",
        .count(1...1_000_000_000),
        fallback: 100_000,
        example: "1000000",
        "zstd frames in a file, empty and skippable ones included."
    )
    static let depth = ConfigurationKey<Int>(
        "limits.depth",
        .count(1...512),
        fallback: 64,
        example: "128",
        "How deep JSON may nest in a line."
    )
    static let keys = ConfigurationKey<Int>(
        "limits.keys",
        .count(1...1_000_000),
        fallback: 10_000,
        example: "50000",
        "Keys in one JSON object."
    )
    static let idBytes = ConfigurationKey<Int>(
        "limits.id_bytes",
        .size(1...64 << 10),
        fallback: 128,
        example: "256",
        "The longest id of a record."
    )
    static let records = ConfigurationKey<Int>(
        "limits.records",
        .count(1...1_000_000_000),
        fallback: 10_000_000,
        example: "50000000",
        "Records in a file."
    )
    static let onLong = ConfigurationKey<LongTextPolicy>(
        "limits.on_long",
        .choice(),
        fallback: .truncate,
        example: "error",
        "What happens to a text longer than the model reads: it is cut, becomes an error record, or is read in windows."
    )

    // What happens to a shard that brings the worker down.
    static let attempts = ConfigurationKey<Int>(
        "retry.attempts",
        .count(1...1000),
        fallback: 8,
        example: "3",
        "How often a shard is tried before its job is held."
    )
    static let base = ConfigurationKey<Duration>(
        "retry.base",
        .duration(.milliseconds(1) ... .hours(24)),
        fallback: .seconds(5),
        example: "1s",
        "The longest wait before the second attempt; it doubles with each further one."
    )
    static let cap = ConfigurationKey<Duration>(
        "retry.cap",
        .duration(.milliseconds(1) ... .hours(24)),
        fallback: .minutes(15),
        example: "5m",
        "The longest wait before any attempt."
    )
    static let deadline = ConfigurationKey<Duration>(
        "retry.deadline",
        .duration(.milliseconds(1) ... .days(366)),
        fallback: .hours(24),
        example: "4h",
        "How long after its first failure a shard may still be tried."
    )
    static let shardTimeout = ConfigurationKey<Duration>(
        "retry.shard_timeout",
        .duration(.milliseconds(10) ... .days(7)),
        fallback: .minutes(10),
        example: "30m",
        "How long a shard may compute before it counts as hung."
    )

    // The job as a whole.
    static let errorThreshold = ConfigurationKey<Int>(
        "error_threshold",
        .count(-1...1_000_000_000),
        fallback: -1,
        example: "100",
        "Record errors above which a job fails; -1 ignores them. A job of nothing but errors always fails."
    )
    static let deduplicate = ConfigurationKey<Bool>(
        "deduplicate",
        .boolean,
        fallback: true,
        example: "true",
        "Whether a text that a job says again is answered once; the results have the same bytes either way."
    )
    static let cache = ConfigurationKey<Int?>(
        "cache",
        .optional(.size(16 << 20...64 << 30), absent: "none"),
        fallback: nil,
        example: "256MiB",
        "What answers kept for other nights take at most, on disk and again in memory; without the key none are kept."
    )
    static let shardRecords = ConfigurationKey<Int?>(
        "shard_records",
        .word("auto", or: .count(1...1_000_000)),
        fallback: nil,
        example: "1024",
        "Records in a shard, the unit that is checkpointed and tried again; auto makes it a few seconds of a core."
    )
    static let integrity = ConfigurationKey<IntegrityPolicy>(
        "integrity",
        .choice(),
        fallback: .warn,
        example: "strict",
        "Whether a file without checksum or manifest is taken with a warning, or refused."
    )
    static let sameName = ConfigurationKey<SameNamePolicy>(
        "same_name",
        .choice(),
        fallback: .version,
        example: "conflict",
        "Whether another file of a former name becomes a job of its own, or goes to quarantine."
    )
    static let deliverBy = ConfigurationKey<TimeOfDay?>(
        "deliver_by",
        .optional(.timeOfDay, absent: "none"),
        fallback: nil,
        example: "\"06:00\"",
        "The local time of the day by which results are wanted. It is read and shown; nothing is done by it yet."
    )
    static let settle = ConfigurationKey<Duration>(
        "settle_seconds",
        .seconds(0...86_400),
        fallback: .seconds(2),
        example: "0.5",
        "How old a dropped file must be before it is taken without other proof that it is complete."
    )
    static let explain = ConfigurationKey<Int>(
        "explain",
        .count(0...50),
        fallback: 0,
        example: "5",
        "How many stretches of text a result line tells, at most, that moved the answer; costly with encoders. 0 is none."
    )
    static let monitors = ConfigurationKey<[MonitorDefinition]>(
        "monitors",
        .monitors,
        fallback: [],
        example: "[{ kind: surge, label: negative, group_by: company }, { kind: volume }]",
        "What is watched from night to night: shares of labels, drift, errors, volume. Alarms go to alerts.jsonl."
    )

    /// All rows, in the order of the reference.
    static let entries: [ConfigurationReferenceEntry] =
        [
            model.entry, precision.entry, inputText.entry, inputTextPair.entry, inputID.entry, inputFeatures.entry,
            inputFormat.entry, outputFields.entry, outputScores.entry, outputThreshold.entry, outputEmbedding.entry,
            outputPass.entry, outputRename.entry, outputFormat.entry, lineBytes.entry, decodedBytes.entry,
            compressedBytes.entry, ratio.entry, windowLog.entry, frames.entry, depth.entry, keys.entry, idBytes.entry,
            records.entry, onLong.entry, attempts.entry, base.entry, cap.entry, deadline.entry, shardTimeout.entry,
            errorThreshold.entry, deduplicate.entry, cache.entry, shardRecords.entry, integrity.entry,
            sameName.entry, deliverBy.entry, settle.entry, explain.entry, monitors.entry,
        ] + retentionEntries
}

extension Duration {
    static func minutes(_ count: Int) -> Duration { .seconds(60 * count) }
    static func hours(_ count: Int) -> Duration { .seconds(3600 * count) }
    static func days(_ count: Int) -> Duration { .seconds(86_400 * count) }
}
