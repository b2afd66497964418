/// A trained model, immutable and shared by every compute thread.
public protocol BatchModel: Sendable {
    /// What this model is, as results, shard files and metrics name it.
    var identity: ModelIdentity { get }

    /// What kind of answer it gives; classification unless a model says otherwise.
    var task: ModelTask { get }

    /// The names of what sessions produce, each once: the labels in the order of the scores; the entity groups of a
    /// token classification; the outputs of a regression. Empty for embeddings only.
    var labels: [String] { get }

    /// What one token occupies while its batch is computed, in bytes; proposes the size of batches.
    var scratchBytesPerToken: Int { get }

    /// The records of a shard, where a queue leaves it to the model: 4096 unless a model says otherwise.
    ///
    /// One core computes a shard, which is checkpointed and, where it fails, tried again as a whole. A few seconds
    /// of work cost little to lose, keep no core waiting for another at the end of a job, stay far below the time
    /// after which a shard counts as hung, and make the syncing of the shard's file not worth mentioning.
    var shardRecords: Int { get }

    /// How many answers' work it is, at most, to explain one; 0 where the model's answers cannot be explained.
    var explanationPasses: Int { get }

    /// The SHA-256 over all that this model's answers follow from, on one build and instruction set: weights,
    /// tokenizer, configuration; nil where that is not known, and no answer may be kept for another night.
    var contentSHA256: String? { get }

    /// Makes the scratch memory and kernels of one compute thread.
    ///
    /// - Throws: If the memory or the kernel that the model needs is not there.
    func makeSession() throws -> any ModelSession
}

extension BatchModel {
    /// One label for each record.
    public var task: ModelTask { .classification }

    /// Not known.
    public var contentSHA256: String? { nil }

    /// A token's id alone, for models that compute nothing per token.
    public var scratchBytesPerToken: Int { MemoryLayout<UInt32>.size }

    /// A fraction of a second for models that compute nothing per token but a sum.
    public var shardRecords: Int { 4096 }

    /// No explanations.
    public var explanationPasses: Int { 0 }

    /// The length of a record's row of numbers: labels, outputs or dimensions; 0 where the answer is entities.
    public var valuesPerRecord: Int {
        switch task {
        case .classification, .multiLabel, .regression: labels.count
        case .tokenClassification: 0
        case .embedding(let dimensions): dimensions
        }
    }
}

/// One compute thread's use of a model: it owns the scratch memory, so it is never shared.
///
/// A text's answer must depend on its bytes alone, never on what else is in the batch.
public protocol ModelSession: AnyObject {
    /// Turns one text, or a pair of texts, into tokens and appends them to a batch.
    ///
    /// - Parameters:
    ///   - text: Valid UTF-8.
    ///   - pair: The second text where the queue has one, valid UTF-8.
    ///   - onLong: What to do with a text over the model's limit. For `.error` the record is packed as for
    ///     `.truncate`, and the caller takes it out again.
    ///   - batch: Receives exactly one more record, of one or more sequences.
    /// - Returns: What the analyst is told of the text's length.
    func encode(
        _ text: Span<UInt8>,
        pair: Span<UInt8>?,
        onLong: LongTextPolicy,
        into batch: inout PackedBatch
    ) -> EncodedText

    /// Computes the answers to every record of a batch, synchronously on the calling thread.
    ///
    /// - Parameters:
    ///   - batch: Records as this session's `encode` packed them.
    ///   - predictions: Receives one row, or one end of entities, a record, after what it holds already.
    /// - Throws: If the model cannot answer; the shard is then tried again.
    func predict(_ batch: borrowing PackedBatch, into predictions: inout PredictionRows) throws

    /// Finds what moved the answers to records, synchronously on the calling thread.
    ///
    /// As an answer, an explanation depends on its record's bytes alone.
    ///
    /// - Parameters:
    ///   - request: Records that this session's model answered, and the answers.
    ///   - explanations: Receives one entry a record, after what it holds already.
    /// - Throws: If the model cannot compute what it needs; the shard is then tried again.
    /// - Precondition: The model's `explanationPasses` is not 0.
    func explain(_ request: ExplanationRequest, into explanations: inout ExplanationRows) throws
}

extension ModelSession {
    /// Of models whose `explanationPasses` is 0 nobody asks this.
    public func explain(_ request: ExplanationRequest, into explanations: inout ExplanationRows) throws {
        preconditionFailure("a model that gives no explanations is asked for them")
    }
}
