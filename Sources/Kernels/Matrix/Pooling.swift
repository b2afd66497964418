/// How the rows of a sequence become one row.
public enum Pooling: String, Sendable, CaseIterable {
    /// The average of all tokens.
    case mean
    /// The first token.
    case first = "cls"
    /// The largest of each column.
    case max
}

extension ScratchRows {
    /// Adds the sum, or takes the first or the largest, of a sequence's rows into an accumulator.
    ///
    /// Rows are taken in ascending order, so a sequence's result depends on nothing else.
    ///
    /// - Parameters:
    ///   - range: The rows of the sequence; not empty.
    ///   - pooling: How they become one; a mean is divided by the number of rows.
    /// - Returns: One row.
    public func pooled(_ range: Range<Int>, _ pooling: Pooling) -> [Float] {
        precondition(!range.isEmpty && range.upperBound <= capacity, "the rows are there")
        var result = Array(UnsafeBufferPointer(start: start(row: range.lowerBound), count: columns))
        guard pooling != .first else { return result }
        result.withUnsafeMutableBufferPointer { result in
            for index in range.dropFirst() {
                let row = start(row: index)
                if pooling == .mean {
                    for column in 0..<columns { result[column] += row[column] }
                } else {
                    for column in 0..<columns { result[column] = Swift.max(result[column], row[column]) }
                }
            }
            if pooling == .mean {
                let share = 1 / Float(range.count)
                for column in 0..<columns { result[column] *= share }
            }
        }
        return result
    }
}
