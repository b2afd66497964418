public import Logging

/// What batchd.yaml says about the daemon; everything has a default.
public struct DaemonConfiguration: Sendable, Equatable {
    /// Compute threads; nil is one for each core that the process may use.
    public var threads = DaemonConfigurationKeys.threads.fallback
    /// The least severe message that is logged.
    public var logLevel: Logger.Level = DaemonConfigurationKeys.logLevel.fallback
    /// How log lines look.
    public var logFormat = DaemonConfigurationKeys.logFormat.fallback
    /// How often directories are read even if nothing announced a change.
    public var poll = DaemonConfigurationKeys.poll.fallback
    /// Free space below which no file is claimed.
    public var minimumFreeBytes = DaemonConfigurationKeys.minimumFreeBytes.fallback
    /// How long what is over is kept.
    public var retention = Retention()
    /// Whether the metrics textfile is written.
    public var metricsTextfile = DaemonConfigurationKeys.metricsTextfile.fallback
    /// What an hour of one core costs; 0 where nobody has said so.
    public var reportCoreHourPrice = DaemonConfigurationKeys.reportCoreHourPrice.fallback
    /// The currency of that price, as reports write it.
    public var reportCurrency = DaemonConfigurationKeys.reportCurrency.fallback
    /// Where alarms go.
    public var alerts = Alerts()
    /// Whether a root on a network file system is accepted.
    public var allowNetworkRoot = DaemonConfigurationKeys.allowNetworkRoot.fallback

    /// Creates the defaults.
    public init() {}

    /// How long what is over is kept, where a queue does not say otherwise.
    public struct Retention: Sendable, Equatable {
        /// Inputs of published jobs.
        public var archive = DaemonConfigurationKeys.retentionArchive.fallback
        /// Files that could not become results.
        public var quarantine = DaemonConfigurationKeys.retentionQuarantine.fallback
        /// Jobs that wait for an operator.
        public var hold = DaemonConfigurationKeys.retentionHold.fallback
        /// Results.
        public var outbox = DaemonConfigurationKeys.retentionOutbox.fallback
        /// How many days a finished job is remembered.
        public var doneDays = DaemonConfigurationKeys.retentionDoneDays.fallback
        /// For how many days a file may be dropped again.
        public var replayDays = DaemonConfigurationKeys.retentionReplayDays.fallback

        /// Creates the defaults.
        public init() {}
    }

    /// Where alarms go beside `alerts.jsonl`.
    public struct Alerts: Sendable, Equatable {
        /// Where they are posted; nil for nowhere.
        public var webhookURL = DaemonConfigurationKeys.alertsWebhookURL.fallback
        /// How long one request may take.
        public var webhookTimeout = DaemonConfigurationKeys.alertsWebhookTimeout.fallback
        /// The file with the token of the webhook; nil for none.
        public var webhookTokenFile = DaemonConfigurationKeys.alertsWebhookTokenFile.fallback
        /// The program that is given them, with its arguments; empty for none.
        public var command = DaemonConfigurationKeys.alertsCommand.fallback
        /// How long the program may take.
        public var commandTimeout = DaemonConfigurationKeys.alertsCommandTimeout.fallback

        /// How long one request may take, in seconds.
        public var webhookTimeoutSeconds: Double { webhookTimeout.seconds }
        /// How long the program may take, in seconds.
        public var commandTimeoutSeconds: Double { commandTimeout.seconds }
        /// The receivers that are configured, as logs, metrics and ledgers call them.
        public var receivers: [String] {
            (webhookURL == nil ? [] : ["webhook"]) + (command.isEmpty ? [] : ["command"])
        }

        /// Creates the defaults.
        public init() {}
    }

    /// Every key of batchd.yaml, for the reference.
    public static var reference: [ConfigurationReferenceEntry] { DaemonConfigurationKeys.entries }

    /// Reads batchd.yaml.
    ///
    /// - Parameters:
    ///   - yaml: The file's content.
    ///   - file: The name that errors give.
    /// - Returns: The configuration, defaults filled in.
    /// - Throws: `ConfigurationError` for the first mistake, with its line.
    public static func parse(yaml: String, file: String) throws(ConfigurationError) -> DaemonConfiguration {
        let document = try ConfigurationDocument(yaml: yaml, file: file, entries: reference)
        if let stranger = document.strangers.first { throw stranger }
        return try DaemonConfiguration(document)
    }

    /// Reads batchd.yaml, and finds every mistake in it.
    ///
    /// - Parameters:
    ///   - yaml: The file's content.
    ///   - file: The name that errors give.
    /// - Returns: What the file says, and what is wrong with it.
    public static func read(yaml: String, file: String) -> ConfigurationReading<DaemonConfiguration> {
        ConfigurationReading(yaml: yaml, file: file, entries: reference) {
            document throws(ConfigurationError) in try DaemonConfiguration(document)
        }
    }

    init(_ document: ConfigurationDocument) throws(ConfigurationError) {
        typealias Keys = DaemonConfigurationKeys
        threads = try document.value(of: Keys.threads)
        logLevel = try document.value(of: Keys.logLevel)
        logFormat = try document.value(of: Keys.logFormat)
        poll = try document.value(of: Keys.poll)
        minimumFreeBytes = try document.value(of: Keys.minimumFreeBytes)
        retention = try Retention(document)
        metricsTextfile = try document.value(of: Keys.metricsTextfile)
        reportCoreHourPrice = try document.value(of: Keys.reportCoreHourPrice)
        reportCurrency = try document.value(of: Keys.reportCurrency)
        alerts = try Alerts(document)
        allowNetworkRoot = try document.value(of: Keys.allowNetworkRoot)
    }
}

extension DaemonConfiguration.Retention {
    fileprivate init(_ document: ConfigurationDocument) throws(ConfigurationError) {
        typealias Keys = DaemonConfigurationKeys
        self.init()
        archive = try document.value(of: Keys.retentionArchive)
        quarantine = try document.value(of: Keys.retentionQuarantine)
        hold = try document.value(of: Keys.retentionHold)
        outbox = try document.value(of: Keys.retentionOutbox)
        doneDays = try document.value(of: Keys.retentionDoneDays)
        replayDays = try document.value(of: Keys.retentionReplayDays)
        guard doneDays >= replayDays else {
            throw document.error(
                .contradiction,
                at: "retention.done_days",
                "is \(doneDays), less than 'retention.replay_days', \(replayDays): a file dropped again would be "
                    + "answered again"
            )
        }
    }
}

extension DaemonConfiguration.Alerts {
    fileprivate init(_ document: ConfigurationDocument) throws(ConfigurationError) {
        typealias Keys = DaemonConfigurationKeys
        self.init()
        webhookURL = try document.value(of: Keys.alertsWebhookURL)
        webhookTimeout = try document.value(of: Keys.alertsWebhookTimeout)
        webhookTokenFile = try document.value(of: Keys.alertsWebhookTokenFile)
        command = try document.value(of: Keys.alertsCommand)
        commandTimeout = try document.value(of: Keys.alertsCommandTimeout)
        guard webhookURL != nil || webhookTokenFile == nil else {
            throw document.error(
                .contradiction,
                at: "alerts.webhook_token_file",
                "is given, and no 'alerts.webhook' to send it to"
            )
        }
    }
}
