/// How long something is kept.
public enum RetentionPeriod: Sendable, Equatable {
    /// So many days.
    case days(Int)
    /// For ever.
    case never

    /// The days; nil for ever.
    public var days: Int? {
        if case .days(let days) = self { days } else { nil }
    }
}

/// How long a queue keeps what is over: what queue.yaml says, and where it says nothing, batchd.yaml.
public struct RetentionRules: Sendable, Equatable {
    /// Inputs of published jobs.
    public let archive: RetentionPeriod
    /// Files that could not become results.
    public let quarantine: RetentionPeriod
    /// Jobs that wait for an operator.
    public let hold: RetentionPeriod
    /// Results.
    public let outbox: RetentionPeriod
    /// Records that a job was published, in days.
    public let doneDays: Int

    /// Puts together what two files say.
    ///
    /// - Parameters:
    ///   - queue: What queue.yaml says.
    ///   - daemon: What batchd.yaml says.
    ///   - file: The name of queue.yaml, for errors.
    /// - Throws: `ConfigurationError` where jobs would be forgotten while their files may still be dropped again.
    public init(
        queue: QueueConfiguration.Retention,
        daemon: DaemonConfiguration.Retention,
        file: String
    ) throws(ConfigurationError) {
        archive = queue.archive ?? daemon.archive
        quarantine = queue.quarantine ?? daemon.quarantine
        hold = queue.hold ?? daemon.hold
        outbox = queue.outbox ?? daemon.outbox
        doneDays = queue.doneDays ?? daemon.doneDays
        let replayDays = queue.replayDays ?? daemon.replayDays
        guard doneDays >= replayDays else {
            throw ConfigurationError(
                code: .contradiction,
                file: file,
                key: "retention.done_days",
                message: "'retention.done_days' is \(doneDays), less than 'retention.replay_days', \(replayDays): a "
                    + "file dropped again would be answered again"
            )
        }
    }

    /// What holds for a place.
    func period(of place: SweepItem.Place) -> RetentionPeriod {
        switch place {
        case .archive: archive
        case .quarantine: quarantine
        case .hold: hold
        case .outbox: outbox
        case .done: .days(doneDays)
        // What belongs to nobody is kept for nobody.
        case .cache: .days(0)
        }
    }
}
