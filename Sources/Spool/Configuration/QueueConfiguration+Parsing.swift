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
        typealias Keys = QueueConfigurationKeys
        let document = try ConfigurationDocument(yaml: yaml, file: file, entries: Keys.entries)
        guard let model = try document.value(of: Keys.model) else {
            throw document.error(.missingKey, at: "model", "is missing; write, for example, 'model: sentiment@1'")
        }
        var queue = QueueConfiguration(model: model)
        queue.input = try Input(document)
        queue.output = try Output(document)
        queue.limits = try Limits(document)
        queue.retry = try Retry(document)
        let threshold = try document.value(of: Keys.errorThreshold)
        queue.errorThreshold = threshold < 0 ? nil : threshold
        queue.shardRecords = try document.value(of: Keys.shardRecords)
        queue.integrity = try document.value(of: Keys.integrity)
        queue.sameName = try document.value(of: Keys.sameName)
        queue.deliverBy = try document.value(of: Keys.deliverBy)
        queue.settle = try document.value(of: Keys.settle)
        _ = try document.value(of: Keys.monitors)
        return queue
    }
}

extension QueueConfiguration.Input {
    fileprivate init(_ document: ConfigurationDocument) throws(ConfigurationError) {
        self.init()
        text = try document.value(of: QueueConfigurationKeys.inputText)
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
        pass = try document.value(of: QueueConfigurationKeys.outputPass)
        rename = try document.value(of: QueueConfigurationKeys.outputRename)
        format = try document.value(of: QueueConfigurationKeys.outputFormat)
        try checkNames(document)
    }

    /// A result line is an object: no two of its fields may end up with one name.
    private func checkNames(_ document: ConfigurationDocument) throws(ConfigurationError) {
        let own = fields.map(\.rawValue)
        if let both = pass.first(where: own.contains) {
            throw document.error(
                .contradiction,
                at: "output.pass",
                "has '\(both)', a field of the result as well; leave it out here or in 'output.fields'"
            )
        }
        if let unknown = rename.keys.sorted().first(where: { !own.contains($0) && !pass.contains($0) }) {
            throw document.error(
                .contradiction,
                at: "output.rename",
                "renames '\(unknown)', which is in neither 'output.fields' nor 'output.pass'"
            )
        }
        var seen: Set<String> = []
        if let twice = (own + pass).map(name(of:)).first(where: { !seen.insert($0).inserted }) {
            throw document.error(.contradiction, at: "output.rename", "gives two fields the name '\(twice)'")
        }
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
