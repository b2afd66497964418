/// What an encoder's last layer is turned into.
public enum EncoderHead: Sendable, Equatable {
    /// One answer for the whole text.
    case classification(ClassificationKind)
    /// One answer for every token; probabilities are the softmax of the scores.
    case tokenClassification
    /// A vector for the whole text.
    case embedding(EmbeddingRecipe)
}

/// How the scores of a text become its answer.
public enum ClassificationKind: Sendable, Equatable {
    /// Softmax over the scores.
    case singleLabel
    /// The sigmoid of each score.
    case multiLabel
    /// The scores themselves.
    case regression
}

/// How the vectors of a text's tokens become one.
public struct EmbeddingRecipe: Sendable, Equatable {
    /// Which vector stands for the text.
    public enum Pooling: String, Sendable, CaseIterable {
        /// The mean over all tokens, special ones included.
        case mean
        /// The vector of the first token.
        case cls
        /// The largest value of each dimension over all tokens.
        case max
    }

    /// Which vector stands for the text.
    public var pooling: Pooling

    /// Whether the vector is divided by its Euclidean length (at least 1e-12).
    public var normalises: Bool
}

extension EncoderHead {
    /// Decides by the first of `architectures` and `problem_type`, as transformers does.
    ///
    /// - Parameters:
    ///   - file: config.json.
    ///   - architecture: The first of `architectures`.
    ///   - labelCount: How many labels it has.
    /// - Throws: `ModelError` that names a head that is not known.
    init(_ file: ConfigurationFile, architecture: String?, labelCount: Int) throws(ModelError) {
        guard let architecture else {
            self = .embedding(EmbeddingRecipe(pooling: .mean, normalises: true))
            return
        }
        if architecture.hasSuffix("ForSequenceClassification") {
            self = .classification(try ClassificationKind(file, labelCount: labelCount))
        } else if architecture.hasSuffix("ForTokenClassification") {
            self = .tokenClassification
        } else if ["Model", "ForMaskedLM", "ForPreTraining"].contains(where: { architecture.hasSuffix($0) }),
            !architecture.hasSuffix("LMHeadModel")
        {
            self = .embedding(EmbeddingRecipe(pooling: .mean, normalises: true))
        } else {
            throw file.unsupported("the architecture '\(architecture)'")
        }
    }
}

extension ClassificationKind {
    fileprivate init(_ file: ConfigurationFile, labelCount: Int) throws(ModelError) {
        switch try file.text("problem_type") {
        case nil: self = labelCount == 1 ? .regression : .singleLabel
        // The softmax of a single score is always 1; transformers' pipeline takes its sigmoid.
        case "single_label_classification": self = labelCount == 1 ? .multiLabel : .singleLabel
        case "multi_label_classification": self = .multiLabel
        case "regression": self = .regression
        case let other?: throw file.unsupported("the problem_type '\(other)'")
        }
    }
}
