internal import CKernels

/// One thread's use of a linear classifier over hashed features: the weights are shared, the scratch is its own.
///
/// Computes `softmax(bias + scale * sum of the ids' rows / sqrt(count of the ids))`. The sums are of integers and the
/// rest is computed in one portable place, so that every instruction set gives the same bytes.
public struct LinearClassifier {
    /// The most ids of one record: the int32 sums of more could overflow.
    public static let recordIdsMaximum = 1 << 24

    private let table: KernelTable
    private let weights: LinearWeights
    private var sums: [Int32]
    private var logits: [Double]

    /// Creates the scratch for one thread.
    ///
    /// - Parameters:
    ///   - table: The kernels to run with.
    ///   - weights: The classifier's numbers.
    public init(table: KernelTable, weights: LinearWeights) {
        self.table = table
        self.weights = weights
        sums = Array(repeating: 0, count: weights.biases.count)
        logits = Array(repeating: 0, count: weights.biases.count)
    }

    /// Appends the class probabilities of ragged records.
    ///
    /// - Parameters:
    ///   - ids: The ids of all records end to end, each below the number of rows.
    ///   - ends: The exclusive end of each record in `ids`, ascending.
    ///   - probabilities: Receives `[ends.count, labels]`, row-major, after what it holds already.
    /// - Precondition: Every id names a row, the last end is `ids.count`, and no record exceeds `recordIdsMaximum`.
    public mutating func classify(ids: [UInt32], ends: [Int], into probabilities: inout [Float]) {
        check(ids: ids, ends: ends)
        let first = probabilities.count
        let labels = weights.biases.count
        probabilities.append(contentsOf: repeatElement(0, count: ends.count * labels))
        probabilities.withUnsafeMutableBufferPointer { output in
            guard let output = output.baseAddress else { return }
            run(ids: ids, ends: ends, output: output + first)
        }
    }

    private func check(ids: [UInt32], ends: [Int]) {
        precondition(ids.isEmpty || Int(table.maximum(of: ids)) < weights.rows.rowCount, "every id names a row")
        precondition((ends.last ?? 0) <= ids.count, "the records lie within the ids")
        var start = 0
        for end in ends {
            precondition(end >= start && end - start <= Self.recordIdsMaximum, "a record's ids are in bounds")
            start = end
        }
    }

    private mutating func run(ids: [UInt32], ends: [Int], output: UnsafeMutablePointer<Float>) {
        let (table, weights) = (table, weights)
        weights.biases.withUnsafeBufferPointer { biases in
            var model = bk_linear_i8(
                rows: weights.rows.base,
                biases: biases.baseAddress,
                labels: biases.count,
                reference: weights.reference,
                scale: weights.scale,
                light_ids: UInt32(weights.lightIds),
                light_count: weights.lightCount
            )
            bk_linear_i8_classify(table.pointer, &model, ids, ends, ends.count, &sums, &logits, output)
        }
    }
}
