/// What a family calls its tensors.
struct EncoderTensorNames {
    /// The names of one layer's parts, without `.weight` and `.bias`.
    struct Layer {
        var query: String
        var key: String
        var value: String
        var attentionOutput: String
        var attentionNorm: String
        var intermediate: String
        var output: String
        var outputNorm: String
    }

    private let family: EncoderFamily

    /// What stands before the names of the encoder's own tensors, with the dot; empty in a bare model's file.
    let prefix: String

    /// Finds out how the tensors of a model are called.
    ///
    /// - Parameters:
    ///   - family: The architecture.
    ///   - contains: Whether there is a tensor of a name.
    init(_ family: EncoderFamily, contains: (String) -> Bool) {
        self.family = family
        let own = family == .xlmRoberta ? "roberta." : "\(family.rawValue)."
        prefix = !contains("\(own)\(Self.words)") && contains(Self.words) ? "" : own
    }

    private static let words = "embeddings.word_embeddings.weight"

    /// The word embeddings, whole.
    var wordEmbeddings: String { prefix + Self.words }
    /// The position embeddings, whole.
    var positionEmbeddings: String { "\(prefix)embeddings.position_embeddings.weight" }
    /// The token type embeddings, whole.
    var typeEmbeddings: String { "\(prefix)embeddings.token_type_embeddings.weight" }
    /// The norm of the sum of embeddings.
    var embeddingNorm: String { "\(prefix)embeddings.LayerNorm" }
    /// ELECTRA's map from the embeddings' width to the layers'.
    var embeddingProjection: String { "\(prefix)embeddings_project" }

    /// The parts of a layer.
    func layer(_ index: Int) -> Layer {
        guard family != .distilbert else {
            let layer = "\(prefix)transformer.layer.\(index)"
            return Layer(
                query: "\(layer).attention.q_lin",
                key: "\(layer).attention.k_lin",
                value: "\(layer).attention.v_lin",
                attentionOutput: "\(layer).attention.out_lin",
                attentionNorm: "\(layer).sa_layer_norm",
                intermediate: "\(layer).ffn.lin1",
                output: "\(layer).ffn.lin2",
                outputNorm: "\(layer).output_layer_norm"
            )
        }
        let layer = "\(prefix)encoder.layer.\(index)"
        return Layer(
            query: "\(layer).attention.self.query",
            key: "\(layer).attention.self.key",
            value: "\(layer).attention.self.value",
            attentionOutput: "\(layer).attention.output.dense",
            attentionNorm: "\(layer).attention.output.LayerNorm",
            intermediate: "\(layer).intermediate.dense",
            output: "\(layer).output.dense",
            outputNorm: "\(layer).output.LayerNorm"
        )
    }

    /// The map before the classifier of whole texts.
    var dense: String {
        switch family {
        case .bert: "\(prefix)pooler.dense"
        case .distilbert: "pre_classifier"
        case .roberta, .xlmRoberta, .electra: "classifier.dense"
        }
    }

    /// The function after that map.
    var denseActivation: HeadWeights.Activation {
        switch family {
        case .bert, .roberta, .xlmRoberta: .tanh
        case .distilbert: .relu
        case .electra: .gelu
        }
    }

    /// The classifier of whole texts, or of tokens.
    func classifier(ofTokens: Bool) -> String {
        switch family {
        case .bert, .distilbert: "classifier"
        case .roberta, .xlmRoberta, .electra: ofTokens ? "classifier" : "classifier.out_proj"
        }
    }

    /// Whether a tensor that is not needed is one that training of another kind leaves behind.
    static func isKnownRemainder(_ name: String) -> Bool {
        let beginnings = [
            "cls.", "lm_head.", "generator_", "discriminator_predictions.", "vocab_", "qa_outputs.", "pooler.",
        ]
        let parts = ["position_ids", "token_type_ids", "pooler.dense.weight", "pooler.dense.bias"]
        return beginnings.contains { name.hasPrefix($0) } || parts.contains { name.hasSuffix($0) }
    }
}
