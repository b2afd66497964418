public import BatchCore

/// Writes results in the dialect of their queue.
public struct ResultWriter {
    private let kind: Kind

    private enum Kind {
        case native(ResultFormatter)
        case dialect(any ResultDialect)
    }

    /// Creates a writer.
    ///
    /// - Parameters:
    ///   - configuration: The queue's choice of dialect and fields.
    ///   - model: The model, whose labels and name are written.
    ///   - origin: The job, which some dialects name in every line.
    /// - Throws: `ConfigurationError` where the queue wants what the model does not have, or the dialect cannot say.
    public init(
        configuration: QueueConfiguration,
        model: any BatchModel,
        origin: ResultOrigin = ResultOrigin()
    ) throws(ConfigurationError) {
        switch configuration.output.format {
        case .native: kind = .native(try ResultFormatter(configuration: configuration, model: model))
        case .csv: kind = .dialect(try CSVDialect(configuration: configuration, model: model))
        case .openai: kind = .dialect(try OpenAIDialect(configuration: configuration, model: model, origin: origin))
        case .comprehend:
            kind = .dialect(try ComprehendDialect(configuration: configuration, model: model, origin: origin))
        case .fasttext: kind = .dialect(try FastTextDialect(configuration: configuration, model: model))
        }
    }

    /// What stands once at the start of a file.
    public var header: [UInt8] {
        switch kind {
        case .native: []
        case .dialect(let dialect): dialect.header
        }
    }

    /// Writes all results of a shard.
    ///
    /// - Parameter outcome: Records and predictions, in input order.
    /// - Returns: UTF-8, each result ended as the dialect ends lines.
    public func lines(of outcome: ShardOutcome) -> [UInt8] {
        switch kind {
        case .native(let formatter): formatter.lines(of: outcome)
        case .dialect(let dialect): dialect.lines(of: outcome)
        }
    }

    /// Writes one result without the end of its line.
    ///
    /// - Parameters:
    ///   - outcome: Records and predictions.
    ///   - record: Which record.
    ///   - output: Receives the line.
    public func appendLine(of outcome: ShardOutcome, record: Int, to output: inout [UInt8]) {
        switch kind {
        case .native(let formatter): formatter.appendLine(of: outcome, record: record, to: &output)
        case .dialect(let dialect): dialect.appendLine(of: outcome, record: record, to: &output)
        }
    }
}

/// What result lines of some dialects say of their job.
public struct ResultOrigin: Sendable, Equatable {
    /// The name that was dropped.
    public var source: String
    /// The SHA-256 of the input, in hexadecimal.
    public var inputSHA256: String

    /// Creates an origin; without arguments that of lines which belong to no job.
    public init(source: String = "", inputSHA256: String = "") {
        self.source = source
        self.inputSHA256 = inputSHA256
    }
}
