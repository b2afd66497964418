/// The float weights under training, each row beside the sums of its squared gradients, `[buckets, 2, labels]`.
///
/// The one handle on that memory. Threads share it without a lock: while one phase runs, either all of them only
/// read, or each writes only rows of the partitions it has claimed.
struct TrainingWeights: @unchecked Sendable {
    private let base: UnsafeMutablePointer<Float>
    let buckets: Int
    let labels: Int

    // Keeps the first steps finite, and about as long as the learning rate.
    private static let initialSquares: Float = 0.01

    init(buckets: Int, labels: Int) {
        self.buckets = buckets
        self.labels = labels
        base = .allocate(capacity: buckets * labels * 2)
        base.initialize(repeating: 0, count: buckets * labels * 2)
        for bucket in 0..<buckets {
            (base + (bucket * 2 + 1) * labels).update(repeating: Self.initialSquares, count: labels)
        }
    }

    func deallocate() {
        base.deallocate()
    }

    /// The weight of a feature for a label.
    subscript(bucket: Int, label: Int) -> Float {
        base[bucket * 2 * labels + label]
    }

    /// Adds up the rows of features.
    ///
    /// - Parameters:
    ///   - ids: The features' buckets.
    ///   - sums: Overwritten, `[labels]`.
    func sum(_ ids: UnsafeBufferPointer<UInt32>, into sums: inout [Float]) {
        sums.withUnsafeMutableBufferPointer { sums in
            sums.update(repeating: 0)
            for id in ids {
                let row = base + Int(id) * 2 * labels
                for label in 0..<labels {
                    sums[label] += row[label]
                }
            }
        }
    }

    /// Takes one step of AdaGrad (Duchi, Hazan and Singer, 2011) for each feature of a text.
    ///
    /// - Parameters:
    ///   - ids: The features' buckets.
    ///   - gradient: The loss's derivative by each label's sum, the same for every feature, `[labels]`.
    ///   - rate: The length of the step.
    ///   - lightIds: Ids below this one are learned more weakly.
    ///   - lightRate: By this factor, of the gradient and of the step.
    func step(
        _ ids: UnsafeBufferPointer<UInt32>,
        gradient: UnsafePointer<Float>,
        rate: Float,
        lightIds: Int,
        lightRate: Float
    ) {
        for id in ids {
            let strength = Int(id) < lightIds ? lightRate : 1
            let rate = rate * strength
            let row = base + Int(id) * 2 * labels
            let squares = row + labels
            for label in 0..<labels {
                let slope = gradient[label] * strength
                let square = squares[label] + slope * slope
                squares[label] = square
                row[label] -= rate * slope / square.squareRoot()
            }
        }
    }
}
