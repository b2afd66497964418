public import Kernels
public import Tokenizers

/// Everything a linear classifier has learned: labels, features and weights.
public struct LinearParameters: Sendable {
    /// The labels, in the order of the scores.
    public let labels: [String]

    /// What is hashed of a text.
    public let features: NGramFeatures

    /// The numbers.
    public let weights: LinearWeights

    /// Creates a set of parameters.
    ///
    /// - Precondition: `weights` has a bias for each label and a row for each bucket.
    public init(labels: [String], features: NGramFeatures, weights: LinearWeights) {
        precondition(labels.count == weights.biases.count, "every label has a bias")
        precondition(features.buckets == weights.rows.rowCount, "every bucket has a row")
        self.labels = labels
        self.features = features
        self.weights = weights
    }
}
