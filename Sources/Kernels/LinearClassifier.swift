internal import CKernels

/// What the sum of a record's rows is divided by before the bias is added.
public enum SumNormalisation: UInt32, Sendable, Equatable {
    /// Nothing.
    case none = 0

    /// The square root of the number of ids.
    case root = 1

    /// The number of ids.
    case mean = 2

    var kernelValue: bk_normalisation { bk_normalisation(rawValue: rawValue) }
}

/// One thread's use of a linear classifier over hashed features: the weights are shared, the scratch is its own.
///
/// Computes `softmax(bias + scale * sum of the ids' rows / normaliser)`. The sums are of integers and the rest is
/// computed in one portable place, so that every instruction set gives the same bytes.
public struct LinearClassifier {
    /// The most ids of one record: the int32 sums of more could overflow.
    public static let recordIdsMaximum = 1 << 24

    private let table: KernelTable
    private let rows: Int8Rows
    private let scales: [Float]
    private let biases: [Float]
    private let normalisation: SumNormalisation
    private var sums: [Int32]
    private var logits: [Double]

    /// Creates the scratch for one thread.
    ///
    /// - Parameters:
    ///   - table: The kernels to run with.
    ///   - rows: Weights, `[buckets, labels]`.
    ///   - scales: What one unit of a row is worth, `[labels]`.
    ///   - biases: What every record starts from, `[labels]`.
    ///   - normalisation: What the sum of a record's rows is divided by.
    /// - Precondition: `rows.columns == scales.count && scales.count == biases.count && scales.count > 0`.
    public init(
        table: KernelTable,
        rows: Int8Rows,
        scales: [Float],
        biases: [Float],
        normalisation: SumNormalisation
    ) {
        precondition(!scales.isEmpty && rows.columns == scales.count && scales.count == biases.count)
        self.table = table
        self.rows = rows
        self.scales = scales
        self.biases = biases
        self.normalisation = normalisation
        sums = Array(repeating: 0, count: scales.count)
        logits = Array(repeating: 0, count: scales.count)
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
        let labels = scales.count
        probabilities.append(contentsOf: repeatElement(0, count: ends.count * labels))
        probabilities.withUnsafeMutableBufferPointer { output in
            guard let output = output.baseAddress else { return }
            run(ids: ids, ends: ends, output: output + first)
        }
    }

    private func check(ids: [UInt32], ends: [Int]) {
        precondition(ids.isEmpty || Int(table.maximum(of: ids)) < rows.rowCount, "every id names a row")
        precondition((ends.last ?? 0) <= ids.count, "the records lie within the ids")
        var start = 0
        for end in ends {
            precondition(end >= start && end - start <= Self.recordIdsMaximum, "a record's ids are in bounds")
            start = end
        }
    }

    private mutating func run(ids: [UInt32], ends: [Int], output: UnsafeMutablePointer<Float>) {
        let (table, rows, labels) = (table, rows, scales.count)
        let normalisation = normalisation.kernelValue
        scales.withUnsafeBufferPointer { scales in
            biases.withUnsafeBufferPointer { biases in
                var model = bk_linear_i8(
                    rows: rows.base,
                    scales: scales.baseAddress,
                    biases: biases.baseAddress,
                    labels: labels,
                    normalisation: normalisation
                )
                sums.withUnsafeMutableBufferPointer { sums in
                    logits.withUnsafeMutableBufferPointer { logits in
                        bk_linear_i8_classify(
                            table.pointer,
                            &model,
                            ids,
                            ends,
                            ends.count,
                            sums.baseAddress,
                            logits.baseAddress,
                            output
                        )
                    }
                }
            }
        }
    }
}

extension SumNormalisation {
    /// What the sum of a record's rows is multiplied by.
    public func multiplier(count: Int) -> Float {
        switch self {
        case .none: 1
        case .root: count == 0 ? 1 : 1 / Float(count).squareRoot()
        case .mean: count == 0 ? 1 : 1 / Float(count)
        }
    }
}
