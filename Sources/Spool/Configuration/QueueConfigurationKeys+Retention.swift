/// How long a queue keeps what is over, where batchd.yaml shall not say.
extension QueueConfigurationKeys {
    static let retentionArchive = ConfigurationKey<RetentionPeriod?>(
        "retention.archive_days",
        .optional(.retention, absent: "none"),
        fallback: nil,
        example: "30",
        "How long inputs of published jobs are kept; without the key, what batchd.yaml says, as for all of 'retention'."
    )
    static let retentionQuarantine = ConfigurationKey<RetentionPeriod?>(
        "retention.quarantine_days",
        .optional(.retention, absent: "none"),
        fallback: nil,
        example: "30",
        "How long files are kept that could not become results."
    )
    static let retentionHold = ConfigurationKey<RetentionPeriod?>(
        "retention.hold_days",
        .optional(.retention, absent: "none"),
        fallback: nil,
        example: "180",
        "How long a held job is kept, of which nothing was published."
    )
    static let retentionOutbox = ConfigurationKey<RetentionPeriod?>(
        "retention.outbox_days",
        .optional(.retention, absent: "none"),
        fallback: nil,
        example: "30",
        "How long results are kept after the job's end, collected or not."
    )
    static let retentionDoneDays = ConfigurationKey<Int?>(
        "retention.done_days",
        .optional(.count(1...36_500), absent: "none"),
        fallback: nil,
        example: "800",
        "How long a finished job is remembered, so that its file dropped again is known; not less than 'replay_days'."
    )
    static let retentionReplayDays = ConfigurationKey<Int?>(
        "retention.replay_days",
        .optional(.count(1...36_500), absent: "none"),
        fallback: nil,
        example: "365",
        "For how long after its job's end a sender may drop a file again."
    )

    /// The rows of the section.
    static let retentionEntries: [ConfigurationReferenceEntry] = [
        retentionArchive.entry, retentionQuarantine.entry, retentionHold.entry, retentionOutbox.entry,
        retentionDoneDays.entry, retentionReplayDays.entry,
    ]
}
