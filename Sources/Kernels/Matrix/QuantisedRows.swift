/// Weights as int8 with a scale an output: `weight = scale * value`, values in -127...127.
///
/// The scale of a row is the one with the least squared error among clippings of its largest weight: a single
/// outlier would otherwise cost all others their precision.
public struct QuantisedRows: Sendable {
    /// Quantised weights, `[rows, columns]`, row-major.
    public private(set) var values: [Int8]
    /// The scale of each row.
    public private(set) var scales: [Float]

    /// The shares of a row's largest weight that are tried as its clipping point.
    private static let clippings: [Float] = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7]

    /// Quantises a matrix.
    ///
    /// - Parameters:
    ///   - weights: `[rows, columns]`, row-major, finite.
    ///   - rows: The number of outputs.
    ///   - columns: The number of inputs.
    public init(quantising weights: [Float], rows: Int, columns: Int) {
        precondition(weights.count == rows * columns, "the shape is the matrix's")
        values = [Int8](repeating: 0, count: weights.count)
        scales = [Float](repeating: 0, count: rows)
        weights.withUnsafeBufferPointer { weights in
            for row in 0..<rows {
                let range = row * columns..<(row + 1) * columns
                let scale = Self.bestScale(of: weights[range])
                scales[row] = scale
                guard scale > 0 else { continue }
                for index in range { values[index] = Self.quantise(weights[index], inverse: 1 / scale) }
            }
        }
    }

    private static func bestScale(of row: Slice<UnsafeBufferPointer<Float>>) -> Float {
        var largest: Float = 0
        for weight in row { largest = max(largest, abs(weight)) }
        // Below, a scale has no inverse, and the row is as good as nothing.
        guard largest > 256 * Float.leastNormalMagnitude else { return 0 }
        var best = (error: Double.infinity, scale: Float(0))
        for clipping in clippings {
            let scale = largest * clipping / 127
            let error = squaredError(of: row, scale: scale)
            if error < best.error { best = (error, scale) }
        }
        return best.scale
    }

    private static func squaredError(of row: Slice<UnsafeBufferPointer<Float>>, scale: Float) -> Double {
        let inverse = 1 / scale
        // In float32 the squares of large weights are infinite, and of small ones 0.
        var sum = 0.0
        for weight in row {
            let difference = Double(weight - scale * Float(quantise(weight, inverse: inverse)))
            sum += difference * difference
        }
        return sum
    }

    private static func quantise(_ weight: Float, inverse: Float) -> Int8 {
        Int8(max(-127, min(127, (weight * inverse).rounded(.toNearestOrEven))))
    }
}
