/// What kind of answer a model gives.
public enum ModelTask: Sendable, Equatable {
    /// One of several labels; the scores of a record are probabilities that sum to 1.
    case classification
    /// Any number of labels; each score of a record is a probability of its own.
    case multiLabel
    /// Numbers; `labels` names them.
    case regression
    /// Stretches of the text, each with a label.
    case tokenClassification
    /// One vector with so many components.
    case embedding(dimensions: Int)

    /// The task in words, for messages: "token classification".
    public var words: String {
        switch self {
        case .classification: "classification"
        case .multiLabel: "multi-label classification"
        case .regression: "regression"
        case .tokenClassification: "token classification"
        case .embedding: "embedding"
        }
    }
}
