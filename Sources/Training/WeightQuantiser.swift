internal import Kernels
internal import Models
internal import Tokenizers

/// Turns float weights into int8.
///
/// The softmax does not change when all weights of a feature move by the same amount, so they are stored as
/// differences to one reference label, the one whose weights lie closest to the mean: a label less to store.
struct WeightQuantiser {
    /// Where weights are cut off, as a share of the largest, 0...1.
    let clip: Float

    /// The int8 form of trained weights.
    func parameters(
        weights: TrainingWeights,
        biases: [Float],
        labels: [String],
        options: LinearTrainingOptions
    ) -> LinearParameters {
        let reference = reference(weights)
        var largest: Float = 0
        forEachDifference(weights, to: reference) { largest = max(largest, abs($0)) }
        let scale = largest > 0 ? largest * clip / 127 : 1
        var bytes: [UInt8] = []
        bytes.reserveCapacity(weights.buckets * (weights.labels - 1))
        forEachDifference(weights, to: reference) { value in
            let level = (value / scale).rounded(.toNearestOrEven)
            bytes.append(UInt8(bitPattern: Int8(max(-127, min(127, level)))))
        }
        let rows = bytes.withUnsafeBytes {
            Int8Rows(copying: $0, rowCount: weights.buckets, columns: weights.labels - 1)
        }
        return LinearParameters(
            labels: labels,
            features: options.features,
            weights: LinearWeights(
                rows: rows,
                scale: scale * options.sharpness,
                biases: biases.map { $0 * options.sharpness },
                reference: reference,
                lightIds: options.features.characterBuckets,
                lightCount: options.characterRate * options.characterRate
            )
        )
    }

    private func reference(_ weights: TrainingWeights) -> Int {
        var squares = Array(repeating: 0.0, count: weights.labels)
        for bucket in 0..<weights.buckets {
            let row = (0..<weights.labels).map { weights[bucket, $0] }
            let mean = row.reduce(0, +) / Float(weights.labels)
            for label in row.indices {
                squares[label] += Double((row[label] - mean) * (row[label] - mean))
            }
        }
        return squares.indices.min { squares[$0] < squares[$1] } ?? 0
    }

    private func forEachDifference(_ weights: TrainingWeights, to reference: Int, _ body: (Float) -> Void) {
        for bucket in 0..<weights.buckets {
            let zero = weights[bucket, reference]
            for label in 0..<weights.labels where label != reference {
                body(weights[bucket, label] - zero)
            }
        }
    }
}
