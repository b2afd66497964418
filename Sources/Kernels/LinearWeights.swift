/// The numbers of a linear classifier over hashed features.
///
/// The softmax knows only differences between labels, so the label `reference` has no weights: the rows' columns are
/// those of the other labels in their order.
public struct LinearWeights: Sendable {
    /// Weights, `[buckets, labels - 1]`.
    public let rows: Int8Rows

    /// What one unit of a row is worth.
    public let scale: Float

    /// What every record starts from, `[labels]`.
    public let biases: [Float]

    /// The label without a column.
    public let reference: Int

    /// Ids below this one count `lightCount` each in the normaliser, the others 1.
    public let lightIds: Int

    /// How much an id below `lightIds` counts.
    public let lightCount: Float

    /// Creates weights.
    ///
    /// - Precondition: `biases.count == rows.columns + 1`, `reference` is a label, `lightIds` is at most the number of
    ///   rows, `lightCount` is not negative.
    public init(rows: Int8Rows, scale: Float, biases: [Float], reference: Int, lightIds: Int, lightCount: Float) {
        precondition(biases.count == rows.columns + 1 && biases.indices.contains(reference))
        precondition((0...rows.rowCount).contains(lightIds) && lightCount >= 0)
        self.rows = rows
        self.scale = scale
        self.biases = biases
        self.reference = reference
        self.lightIds = lightIds
        self.lightCount = lightCount
    }

    /// What the sum of a record's rows is divided by, for so many light and other ids.
    public static func normaliser(lightIds: Int, otherIds: Int, lightCount: Float) -> Float {
        (Float(otherIds) + Float(lightIds) * lightCount).squareRoot()
    }
}
