public import Kernels
public import Tokenizers

/// Everything a linear classifier has learned: labels, features, scales, biases and the int8 rows.
public struct LinearParameters: Sendable {
    /// The labels, in the order of columns.
    public let labels: [String]

    /// What is hashed of a text.
    public let features: NGramFeatures

    /// What the sum of a record's rows is divided by.
    public let normalisation: SumNormalisation

    /// What one unit of a row is worth, `[labels]`.
    public let scales: [Float]

    /// What every record starts from, `[labels]`.
    public let biases: [Float]

    /// Weights, `[buckets, labels]`.
    public let rows: Int8Rows

    /// Creates a set of parameters.
    ///
    /// - Precondition: All parts have as many labels, and `rows` a row for each bucket.
    public init(
        labels: [String],
        features: NGramFeatures,
        normalisation: SumNormalisation,
        scales: [Float],
        biases: [Float],
        rows: Int8Rows
    ) {
        precondition(labels.count == scales.count && labels.count == biases.count && labels.count == rows.columns)
        precondition(features.buckets == rows.rowCount, "every bucket has a row")
        self.labels = labels
        self.features = features
        self.normalisation = normalisation
        self.scales = scales
        self.biases = biases
        self.rows = rows
    }
}
