internal import Logging

/// Every key of batchd.yaml with its range, its default and its meaning: the one place for all of them.
enum DaemonConfigurationKeys {
    static let threads = ConfigurationKey<Int?>(
        "threads",
        .word("auto", or: .count(1...1024)),
        fallback: nil,
        example: "8",
        "Compute threads; auto is one for each core that the process may use."
    )
    static let logLevel = ConfigurationKey<Logger.Level>(
        "log.level",
        .choice(),
        fallback: .info,
        example: "notice",
        "The least severe message that is logged."
    )
    static let logFormat = ConfigurationKey<LogFormat>(
        "log.format",
        .choice(),
        fallback: .auto,
        example: "json",
        "Lines for people, or one JSON object a line. auto: as BATCHD_LOG_FORMAT in the environment says, text or json; "
            + "without it lines on a terminal and in systemd's journal, JSON in files and pipes."
    )
    static let poll = ConfigurationKey<Duration>(
        "poll_seconds",
        .seconds(0.01...3600),
        fallback: .seconds(5),
        example: "1",
        "How often the queues' directories are read even if nothing announced a change."
    )
    static let minimumFreeBytes = ConfigurationKey<Int>(
        "minimum_free_bytes",
        .size(0...1 << 50),
        fallback: 512 << 20,
        example: "10GiB",
        "Free space below which no file is claimed."
    )
    static let retentionArchive = ConfigurationKey<RetentionPeriod>(
        "retention.archive_days",
        .retention,
        fallback: .days(90),
        example: "30",
        "How long the input of a published job is kept after its end, for 'batchd retry' and 'batchd verify'."
    )
    static let retentionQuarantine = ConfigurationKey<RetentionPeriod>(
        "retention.quarantine_days",
        .retention,
        fallback: .days(90),
        example: "30",
        "How long files are kept that could not become results."
    )
    static let retentionHold = ConfigurationKey<RetentionPeriod>(
        "retention.hold_days",
        .retention,
        fallback: .never,
        example: "180",
        "How long a held job is kept; nothing of it was published, so nobody has its answers."
    )
    static let retentionOutbox = ConfigurationKey<RetentionPeriod>(
        "retention.outbox_days",
        .retention,
        fallback: .never,
        example: "30",
        "How long results are kept after the job's end, collected or not."
    )
    static let retentionDoneDays = ConfigurationKey<Int>(
        "retention.done_days",
        .count(1...36_500),
        fallback: 400,
        example: "800",
        "How long a finished job is remembered, so that its file dropped again is known; not less than 'replay_days'."
    )
    static let retentionReplayDays = ConfigurationKey<Int>(
        "retention.replay_days",
        .count(1...36_500),
        fallback: 30,
        example: "365",
        "For how long after its job's end a sender may drop a file again."
    )
    static let metricsTextfile = ConfigurationKey<Bool>(
        "metrics.textfile",
        .boolean,
        fallback: true,
        example: "false",
        "Whether state/batchd.prom is written for the node exporter's textfile collector."
    )
    static let reportCoreHourPrice = ConfigurationKey<Double>(
        "report.core_hour_price",
        .number(0...1_000_000),
        fallback: 0,
        "What an hour of one core costs, for the cost per million records in reports; 0 leaves money out."
    )
    static let reportCurrency = ConfigurationKey<String>(
        "report.currency",
        .text("a currency as reports write it, as in EUR"),
        fallback: "EUR",
        "The currency of report.core_hour_price."
    )
    static let allowNetworkRoot = ConfigurationKey<Bool>(
        "allow_network_root",
        .boolean,
        fallback: false,
        example: "true",
        "Whether a root on NFS, SMB, 9P or AFS is accepted, whose renames and locks may break batchd's promises."
    )

    /// All rows, in the order of the reference.
    static let entries: [ConfigurationReferenceEntry] =
        [
            threads.entry, logLevel.entry, logFormat.entry, poll.entry, minimumFreeBytes.entry,
            retentionArchive.entry, retentionQuarantine.entry, retentionHold.entry, retentionOutbox.entry,
            retentionDoneDays.entry, retentionReplayDays.entry, metricsTextfile.entry, reportCoreHourPrice.entry,
            reportCurrency.entry,
        ] + alertEntries + [allowNetworkRoot.entry]
}
