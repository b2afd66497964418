/// A trained model, immutable and shared by every compute thread.
public protocol BatchModel: Sendable {
    /// What this model is, as results, shard files and metrics name it.
    var identity: ModelIdentity { get }

    /// The labels in the order of the scores that sessions produce; never empty.
    var labels: [String] { get }

    /// What one token occupies while its batch is computed, in bytes; proposes the size of batches.
    var scratchBytesPerToken: Int { get }

    /// Makes the scratch memory and kernels of one compute thread.
    ///
    /// - Throws: If the memory or the kernel that the model needs is not there.
    func makeSession() throws -> any ModelSession
}

/// One compute thread's use of a model: it owns the scratch memory, so it is never shared.
///
/// A text's answer must depend on its bytes alone, never on what else is in the batch.
public protocol ModelSession: AnyObject {
    /// Turns one text into tokens and appends them to a batch.
    ///
    /// - Parameters:
    ///   - text: Valid UTF-8.
    ///   - batch: Receives exactly one more record.
    /// - Returns: What the analyst is told of the text's length.
    func encode(_ text: Span<UInt8>, into batch: inout PackedBatch) -> EncodedText

    /// Computes the scores of every record of a batch, synchronously on the calling thread.
    ///
    /// - Parameters:
    ///   - batch: Records as this session's `encode` packed them.
    ///   - predictions: Receives one row a record, after what it holds already.
    /// - Throws: If the model cannot answer; the shard is then tried again.
    func predict(_ batch: borrowing PackedBatch, into predictions: inout PredictionRows) throws
}

/// What encoding found out about one text.
public struct EncodedText: Sendable, Equatable {
    /// Tokens as a person counts them: words, and single CJK characters, or the tokenizer's pieces.
    public var inputTokens: Int

    /// Whether the model saw only the beginning of the text.
    public var truncated: Bool

    /// Creates the description of one encoded text.
    public init(inputTokens: Int, truncated: Bool = false) {
        self.inputTokens = inputTokens
        self.truncated = truncated
    }
}

/// The name, version and content of a model, enough to know whether two answers came from the same one.
public struct ModelIdentity: Sendable, Equatable, Hashable, Codable {
    /// The model's name, `sentiment`.
    public var name: String

    /// The version under that name, from 1.
    public var version: Int

    /// The SHA-256 of the weights, 64 lower-case hexadecimal digits.
    public var weightsSHA256: String

    /// The number format the weights are multiplied in, `int8`.
    public var precision: String

    /// Creates an identity.
    public init(name: String, version: Int, weightsSHA256: String, precision: String) {
        self.name = name
        self.version = version
        self.weightsSHA256 = weightsSHA256
        self.precision = precision
    }

    /// The reference that results carry, `sentiment@1`.
    public var reference: String { "\(name)@\(version)" }

    private enum CodingKeys: String, CodingKey {
        case name
        case version
        case weightsSHA256 = "weights_sha256"
        case precision
    }
}

extension BatchModel {
    /// A token's id alone, for models that compute nothing per token.
    public var scratchBytesPerToken: Int { MemoryLayout<UInt32>.size }
}
