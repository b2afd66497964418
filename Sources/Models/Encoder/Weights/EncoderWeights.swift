/// A matrix of float32.
public struct Matrix: Sendable, Equatable {
    /// How many rows it has.
    public let rows: Int

    /// How many columns it has.
    public let columns: Int

    /// The elements, row-major.
    public let values: [Float]

    /// Creates a matrix.
    ///
    /// - Precondition: There are `rows · columns` values.
    public init(rows: Int, columns: Int, values: [Float]) {
        precondition(values.count == rows * columns)
        self.rows = rows
        self.columns = columns
        self.values = values
    }
}

/// A matrix and a bias: `y = x · weightᵀ + bias`.
public struct Linear: Sendable, Equatable {
    /// The weights, `[outputs, inputs]`.
    public let weight: Matrix

    /// The bias, `[outputs]`.
    public let bias: [Float]

    /// Creates a linear map.
    ///
    /// - Precondition: There is one bias for each row of the weights.
    public init(weight: Matrix, bias: [Float]) {
        precondition(bias.count == weight.rows)
        self.weight = weight
        self.bias = bias
    }
}

/// What a layer norm has learned: `y = (x - mean) / √(variance + epsilon) · gain + shift`.
public struct LayerNorm: Sendable, Equatable {
    /// The factors, one a dimension.
    public let gain: [Float]

    /// The terms, one a dimension.
    public let shift: [Float]

    /// What is added to the variance.
    public let epsilon: Float

    /// Creates a layer norm.
    ///
    /// - Precondition: There are as many factors as terms.
    public init(gain: [Float], shift: [Float], epsilon: Float) {
        precondition(gain.count == shift.count)
        self.gain = gain
        self.shift = shift
        self.epsilon = epsilon
    }
}

/// One layer of an encoder, in the order of its computation; each norm comes after its residual is added.
public struct EncoderLayer: Sendable, Equatable {
    /// Makes queries, `[hidden, hidden]`.
    public let query: Linear
    /// Makes keys, `[hidden, hidden]`.
    public let key: Linear
    /// Makes values, `[hidden, hidden]`.
    public let value: Linear
    /// Joins the heads, `[hidden, hidden]`.
    public let attentionOutput: Linear
    /// The norm after attention.
    public let attentionNorm: LayerNorm
    /// The first matrix of the feed-forward block, `[intermediate, hidden]`.
    public let intermediate: Linear
    /// The second matrix of the feed-forward block, `[hidden, intermediate]`.
    public let output: Linear
    /// The norm after the feed-forward block.
    public let outputNorm: LayerNorm
}

/// What comes after the last layer.
///
/// Classification of a text takes the vector of its first token through `dense` and `denseActivation`, where they are
/// there, and then through `classifier`. Token classification takes every token's vector through `classifier`. An
/// embedding has neither.
public struct HeadWeights: Sendable, Equatable {
    /// The function after `dense`.
    public enum Activation: String, Sendable {
        /// Of BERT's pooler, RoBERTa and XLM-RoBERTa.
        case tanh
        /// Of DistilBERT.
        case relu
        /// Of ELECTRA, by the error function.
        case gelu
    }

    /// The map before the classifier, `[hidden, hidden]`; nil where there is none.
    public let dense: Linear?

    /// The function after `dense`.
    public let denseActivation: Activation

    /// The classifier, `[labels, hidden]`; nil for embeddings.
    public let classifier: Linear?
}
