public import BatchCore

/// What the configuration files of a Hugging Face encoder directory say.
public struct EncoderConfiguration: Sendable, Equatable {
    /// The name of the file that makes a directory an encoder.
    public static let fileName = "config.json"

    /// The architecture.
    public let family: EncoderFamily
    /// Rows of the word embeddings.
    public let vocabularySize: Int
    /// The width of the embeddings; only in ELECTRA another than `hiddenSize`.
    public let embeddingSize: Int
    /// The width of the layers.
    public let hiddenSize: Int
    /// How many layers there are.
    public let layerCount: Int
    /// How many attention heads a layer has; divides `hiddenSize`.
    public let headCount: Int
    /// The width of the feed-forward blocks.
    public let intermediateSize: Int
    /// Rows of the position embeddings.
    public let positionCount: Int
    /// The row of a text's first position.
    public let positionOffset: Int
    /// The id that takes no position of its own: in RoBERTa and XLM-RoBERTa a token of this id gets the row of the
    /// same number, and the tokens after it count on as if it were not there; nil in other architectures.
    public let paddingIdentifier: Int?
    /// Rows of the token type embeddings; 0 where there are none.
    public let typeCount: Int
    /// What layer norms add to the variance.
    public let normEpsilon: Float
    /// The function between the matrices of a feed-forward block.
    public let activation: EncoderActivation
    /// What the last layer is turned into.
    public let head: EncoderHead
    /// The labels in the order of the scores; empty for embeddings.
    public let labels: [String]
    /// The most tokens of a text, special ones included.
    public let tokenLimit: Int
    /// What a person should know, in sentences.
    public let warnings: [String]

    /// The width of one attention head.
    public var headSize: Int { hiddenSize / headCount }

    /// What kind of answer the model gives.
    public var task: ModelTask {
        switch head {
        case .classification(.singleLabel): .classification
        case .classification(.multiLabel): .multiLabel
        case .classification(.regression): .regression
        case .tokenClassification: .tokenClassification
        case .embedding: .embedding(dimensions: hiddenSize)
        }
    }

    /// Reads config.json and what lies beside it.
    ///
    /// - Parameter directory: The model's directory.
    /// - Throws: `ModelError` that names the file, the key and the value that cannot be used.
    public init(directory: String) throws(ModelError) {
        let file = try ConfigurationFile("\(directory)/\(Self.fileName)")
        let architecture = try Self.architecture(file)
        family = try EncoderFamily(file, architecture: architecture)
        try Self.refuseVariants(file)
        let sizes = try EncoderSizes(file, family: family)
        vocabularySize = sizes.vocabulary
        embeddingSize = sizes.embedding
        hiddenSize = sizes.hidden
        layerCount = sizes.layers
        headCount = sizes.heads
        intermediateSize = sizes.intermediate
        positionCount = sizes.positions
        typeCount = sizes.types
        paddingIdentifier = sizes.padding
        positionOffset = sizes.padding.map { $0 + 1 } ?? 0
        normEpsilon = try Self.epsilon(file, family)
        activation = try Self.activation(file)

        let sentence = try SentenceConfiguration(directory: directory)
        var labelled = EncoderLabels()
        if let recipe = sentence?.recipe {
            head = .embedding(recipe)
        } else {
            let found = try EncoderLabels(file)
            head = try EncoderHead(file, architecture: architecture, labelCount: found.names.count)
            if case .embedding = head {} else { labelled = found }
        }
        labels = labelled.names
        var limit = sentence?.tokensMaximum
        if limit == nil { limit = try Self.tokenizerLimit(directory) }
        tokenLimit = min(limit ?? .max, positionCount - positionOffset)
        warnings = labelled.warnings + (sentence?.warnings ?? Self.bareModelWarnings(head))
    }
}

// MARK: - Parts

extension EncoderConfiguration {
    private static func architecture(_ file: ConfigurationFile) throws(ModelError) -> String? {
        guard let value = file.members["architectures"] else { return nil }
        guard let elements = value.elements else { throw file.wrong("architectures", value, "a list of names") }
        guard let first = elements.first else { return nil }
        guard let name = first.text else { throw file.wrong("architectures", first, "a list of names") }
        return name
    }

    // Each of these changes what the same weights compute.
    private static func refuseVariants(_ file: ConfigurationFile) throws(ModelError) {
        if let kind = try file.text("position_embedding_type"), kind != "absolute" {
            throw file.unsupported("position_embedding_type '\(kind)'")
        }
        for key in ["is_decoder", "add_cross_attention", "is_encoder_decoder"] where try file.flag(key) {
            throw file.unsupported("\(key)")
        }
        if let heads = file.members["pruned_heads"]?.members, !heads.isEmpty {
            throw file.unsupported("pruned_heads in \(heads.count) layers")
        }
        if file.members["quantization_config"] != nil {
            throw file.unsupported("quantization_config")
        }
    }

    private static func epsilon(_ file: ConfigurationFile, _ family: EncoderFamily) throws(ModelError) -> Float {
        // DistilBERT has it in its code.
        let standard = 1e-12
        let epsilon = family == .distilbert ? standard : try file.number("layer_norm_eps", absent: standard)
        guard epsilon >= 0, epsilon < 1 else {
            throw ModelError(.corrupt, "'\(file.path)' says layer_norm_eps \(epsilon); from 0 to below 1 is possible.")
        }
        return Float(epsilon)
    }

    private static func activation(_ file: ConfigurationFile) throws(ModelError) -> EncoderActivation {
        let key = file.members["hidden_act"] == nil && file.members["activation"] != nil ? "activation" : "hidden_act"
        let name = try file.text(key) ?? "gelu"
        guard let activation = EncoderActivation(configured: name) else {
            throw file.unsupported("the \(key) '\(name)'")
        }
        return activation
    }

    // Tokenizers without a limit write 1e30 there.
    private static func tokenizerLimit(_ directory: String) throws(ModelError) -> Int? {
        guard let file = try ConfigurationFile.ifPresent("\(directory)/tokenizer_config.json") else { return nil }
        let limit = try file.number("model_max_length", absent: 1e30)
        guard limit >= 2 else {
            throw ModelError(.corrupt, "'\(file.path)' says model_max_length \(limit); at least 2 is possible.")
        }
        return limit < 1e9 ? Int(limit) : nil
    }

    private static func bareModelWarnings(_ head: EncoderHead) -> [String] {
        guard case .embedding = head else { return [] }
        return ["it has no modules.json: its embeddings are the mean over all tokens, normalised"]
    }
}
