extension QueueConfiguration {
    /// Every key of queue.yaml, for the reference.
    public static var reference: [ConfigurationReferenceEntry] { QueueConfigurationKeys.entries }

    /// Reads queue.yaml.
    ///
    /// - Parameters:
    ///   - yaml: The file's content.
    ///   - file: The name that errors give.
    /// - Returns: The configuration, defaults filled in.
    /// - Throws: `ConfigurationError` for the first mistake, with its line.
    public static func parse(yaml: String, file: String) throws(ConfigurationError) -> QueueConfiguration {
        let document = try ConfigurationDocument(yaml: yaml, file: file, entries: reference)
        if let stranger = document.strangers.first { throw stranger }
        return try QueueConfiguration(document)
    }

    /// Reads queue.yaml, and finds every mistake in it.
    ///
    /// - Parameters:
    ///   - yaml: The file's content.
    ///   - file: The name that errors give.
    /// - Returns: What the file says, and what is wrong with it.
    public static func read(yaml: String, file: String) -> ConfigurationReading<QueueConfiguration> {
        ConfigurationReading(yaml: yaml, file: file, entries: reference) {
            document throws(ConfigurationError) in try QueueConfiguration(document)
        }
    }

    init(_ document: ConfigurationDocument) throws(ConfigurationError) {
        typealias Keys = QueueConfigurationKeys
        let model = try document.value(of: Keys.model)
        self.init(model: model ?? "")
        precision = try document.value(of: Keys.precision)
        input = try Input(document)
        output = try Output(document)
        limits = try Limits(document)
        retry = try Retry(document)
        let threshold = try document.value(of: Keys.errorThreshold)
        errorThreshold = threshold < 0 ? nil : threshold
        deduplicates = try document.value(of: Keys.deduplicate)
        cacheBytes = try document.value(of: Keys.cache)
        if cacheBytes != nil && !deduplicates {
            throw document.error(
                .contradiction,
                at: "cache",
                "needs 'deduplicate: true': what is kept is not looked for"
            )
        }
        shardRecords = try document.value(of: Keys.shardRecords)
        integrity = try document.value(of: Keys.integrity)
        sameName = try document.value(of: Keys.sameName)
        deliverBy = try document.value(of: Keys.deliverBy)
        settle = try document.value(of: Keys.settle)
        retention = try Retention(document)
        monitors = try document.value(of: Keys.monitors)
        // What is missing cannot be passed over, so it is told after all that is wrong.
        if model == nil {
            throw document.error(.missingKey, at: "model", "is missing; write, for example, 'model: sentiment@1'")
        }
    }
}

extension QueueConfiguration.Input {
    fileprivate init(_ document: ConfigurationDocument) throws(ConfigurationError) {
        self.init()
        text = try document.value(of: QueueConfigurationKeys.inputText)
        textPair = try document.value(of: QueueConfigurationKeys.inputTextPair)
        idFields = try document.value(of: QueueConfigurationKeys.inputID)
        format = try document.value(of: QueueConfigurationKeys.inputFormat)
        _ = try document.value(of: QueueConfigurationKeys.inputFeatures)
    }
}

extension QueueConfiguration.Output {
    fileprivate init(_ document: ConfigurationDocument) throws(ConfigurationError) {
        self.init()
        fields = try document.value(of: QueueConfigurationKeys.outputFields)
        scores = try document.value(of: QueueConfigurationKeys.outputScores)
        threshold = try document.value(of: QueueConfigurationKeys.outputThreshold)
        embedding = try document.value(of: QueueConfigurationKeys.outputEmbedding)
        pass = try document.value(of: QueueConfigurationKeys.outputPass)
        rename = try document.value(of: QueueConfigurationKeys.outputRename)
        format = try document.value(of: QueueConfigurationKeys.outputFormat)
        explain = try document.value(of: QueueConfigurationKeys.explain)
        // Which fields a line has beyond these is the model's business, and checked when it is known.
        let renamed = OutputField.allCases.filter { rename[$0.rawValue] != nil }
        let known = fields ?? OutputField.ofEveryTask + renamed.filter { !OutputField.ofEveryTask.contains($0) }
        let clash = format.hasFixedFields ? dialectClash : nameClash(among: known)
        if let clash { throw document.error(.contradiction, at: clash.key, clash.words) }
    }
}

extension QueueConfiguration.Limits {
    fileprivate init(_ document: ConfigurationDocument) throws(ConfigurationError) {
        self.init()
        lineBytes = try document.value(of: QueueConfigurationKeys.lineBytes)
        decodedBytes = try document.value(of: QueueConfigurationKeys.decodedBytes)
        compressedBytes = try document.value(of: QueueConfigurationKeys.compressedBytes)
        ratio = try document.value(of: QueueConfigurationKeys.ratio)
        windowLog = try document.value(of: QueueConfigurationKeys.windowLog)
        frames = try document.value(of: QueueConfigurationKeys.frames)
        depth = try document.value(of: QueueConfigurationKeys.depth)
        keys = try document.value(of: QueueConfigurationKeys.keys)
        idBytes = try document.value(of: QueueConfigurationKeys.idBytes)
        records = try document.value(of: QueueConfigurationKeys.records)
        onLong = try document.value(of: QueueConfigurationKeys.onLong)
    }
}

extension QueueConfiguration.Retry {
    fileprivate init(_ document: ConfigurationDocument) throws(ConfigurationError) {
        self.init()
        attempts = try document.value(of: QueueConfigurationKeys.attempts)
        base = try document.value(of: QueueConfigurationKeys.base)
        cap = try document.value(of: QueueConfigurationKeys.cap)
        deadline = try document.value(of: QueueConfigurationKeys.deadline)
        shardTimeout = try document.value(of: QueueConfigurationKeys.shardTimeout)
        guard base <= cap else {
            let format = QueueConfigurationKeys.base.syntax.format
            throw document.error(
                .contradiction,
                at: "retry.base",
                "is \(format(base)), longer than 'retry.cap', \(format(cap))"
            )
        }
    }
}

extension QueueConfiguration.Retention {
    fileprivate init(_ document: ConfigurationDocument) throws(ConfigurationError) {
        self.init()
        archive = try document.value(of: QueueConfigurationKeys.retentionArchive)
        quarantine = try document.value(of: QueueConfigurationKeys.retentionQuarantine)
        hold = try document.value(of: QueueConfigurationKeys.retentionHold)
        outbox = try document.value(of: QueueConfigurationKeys.retentionOutbox)
        doneDays = try document.value(of: QueueConfigurationKeys.retentionDoneDays)
        replayDays = try document.value(of: QueueConfigurationKeys.retentionReplayDays)
    }
}
