/// Class probabilities of consecutive records, `[records, labels]`, row-major.
public struct PredictionRows: Sendable {
    /// The number of labels, the length of a row.
    public let labelCount: Int

    /// All rows end to end; each sums to 1 (or, for independent labels, each value lies in 0...1).
    public var probabilities: [Float] = []

    /// Creates an empty table.
    ///
    /// - Precondition: `labelCount > 0`.
    public init(labelCount: Int) {
        precondition(labelCount > 0, "a model has at least one label")
        self.labelCount = labelCount
    }

    /// The number of complete rows.
    public var count: Int { probabilities.count / labelCount }

    /// Forgets all rows and keeps the memory.
    public mutating func removeAll() {
        probabilities.removeAll(keepingCapacity: true)
    }
}
