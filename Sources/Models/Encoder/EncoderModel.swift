public import BatchCore
import Kernels
import Tokenizers

/// A BERT-family encoder with its head, packed for one precision on one instruction set.
public final class EncoderModel: BatchModel {
    /// The name, version, weights and precision that results carry.
    public let identity: ModelIdentity
    /// The hash of weights, tokenizer and configuration; nil where it was made without looking at files.
    public let contentSHA256: String?
    /// What kind of answer its head gives.
    public let task: ModelTask
    /// The labels, the entity groups or the names of the outputs; empty for embeddings.
    public let labels: [String]

    /// The encoder's sizes, limits and head.
    public let configuration: EncoderConfiguration

    let tokenizer: WordPieceTokenizer?
    let kernels: KernelTable
    let parts: EncoderParts
    let memory: AlignedMemory

    /// Puts a model together from what was packed or read from a cache.
    ///
    /// - Parameters:
    ///   - identity: The name, version, weights and precision that results carry.
    ///   - contentSHA256: The hash of weights, tokenizer and configuration, where files were hashed.
    ///   - configuration: The encoder's sizes, limits and head.
    ///   - tokenizer: Its tokenizer; nil where texts cannot be encoded, and only ids can.
    ///   - parts: Where everything lies in `memory`.
    ///   - memory: The packed weights.
    ///   - kernels: The instruction set they are packed for.
    init(
        identity: ModelIdentity,
        contentSHA256: String? = nil,
        configuration: EncoderConfiguration,
        tokenizer: WordPieceTokenizer?,
        parts: EncoderParts,
        memory: AlignedMemory,
        kernels: KernelTable
    ) {
        self.identity = identity
        self.contentSHA256 = contentSHA256
        self.configuration = configuration
        self.tokenizer = tokenizer
        self.kernels = kernels
        self.parts = parts
        self.memory = memory
        (task, labels) = Self.answers(of: configuration)
    }

    /// Packs a checkpoint.
    ///
    /// - Throws: `ModelError` where a tensor is missing or wrong.
    convenience init(
        checkpoint: EncoderCheckpoint,
        tokenizer: WordPieceTokenizer?,
        identity: ModelIdentity,
        precision: MatrixPrecision,
        kernels: KernelTable
    ) throws {
        let parts = EncoderParts(checkpoint.configuration, kernels: kernels, precision: precision)
        let memory = try AlignedMemory(weightBytes: parts.byteCount)
        try EncoderPacker(parts: parts, checkpoint: checkpoint, memory: memory, kernels: kernels).pack()
        self.init(
            identity: identity,
            configuration: checkpoint.configuration,
            tokenizer: tokenizer,
            parts: parts,
            memory: memory,
            kernels: kernels
        )
    }

    /// Hidden row, its panels, one head and the context of a token, in bytes.
    public var scratchBytesPerToken: Int {
        let shape = parts.shape
        let floats = 2 * shape.hidden + 3 * shape.headWidth + shape.contextColumns
        return floats * MemoryLayout<Float>.stride
    }

    /// A few seconds of one core, with all but the largest encoders.
    public var shardRecords: Int { parts.shape.shardRecords }

    /// The text as it is, and without each of its units; windows that overlap see a unit twice.
    public var explanationPasses: Int {
        switch task {
        case .classification where labels.count > 1, .multiLabel: OcclusionUnits.countMaximum + 1
        case .regression where labels.count == 1: OcclusionUnits.countMaximum + 1
        case .classification, .regression, .tokenClassification, .embedding: 0
        }
    }

    /// Makes the scratch memory of one compute thread.
    public func makeSession() throws -> any ModelSession {
        EncoderSession(model: self)
    }

    private static func answers(of configuration: EncoderConfiguration) -> (ModelTask, [String]) {
        switch configuration.head {
        case .classification(.singleLabel): (.classification, configuration.labels)
        case .classification(.multiLabel): (.multiLabel, configuration.labels)
        case .classification(.regression): (.regression, configuration.labels)
        case .tokenClassification:
            (.tokenClassification, EntityDecoder(labels: configuration.labels).groups)
        case .embedding: (.embedding(dimensions: configuration.hiddenSize), [])
        }
    }
}

extension EncoderParts {
    init(_ configuration: EncoderConfiguration, kernels: KernelTable, precision: MatrixPrecision) {
        let shape = EncoderShape(
            hidden: configuration.hiddenSize,
            embedding: configuration.embeddingSize,
            layers: configuration.layerCount,
            heads: configuration.headCount,
            intermediate: configuration.intermediateSize,
            vocabulary: configuration.vocabularySize,
            positions: configuration.positionCount,
            types: configuration.typeCount,
            epsilon: configuration.normEpsilon,
            activation: configuration.activation.kernelActivation
        )
        self.init(shape: shape, head: HeadShape(configuration), kernels: kernels, precision: precision)
    }
}

extension HeadShape {
    init(_ configuration: EncoderConfiguration) {
        let hidden = configuration.hiddenSize
        switch configuration.head {
        case .embedding:
            self.init(dense: 0, denseActivation: .identity, outputs: 0)
        case .tokenClassification:
            self.init(dense: 0, denseActivation: .identity, outputs: configuration.labels.count)
        case .classification:
            let activation: Activation =
                switch configuration.family {
                case .bert, .roberta, .xlmRoberta: .tanh
                case .distilbert: .relu
                case .electra: .gelu
                }
            self.init(dense: hidden, denseActivation: activation, outputs: configuration.labels.count)
        }
    }
}

extension EncoderActivation {
    /// The kernels' word for it.
    var kernelActivation: Activation {
        switch self {
        case .gelu: .gelu
        case .geluTanh: .geluTanh
        case .relu: .relu
        case .silu: .silu
        }
    }
}
