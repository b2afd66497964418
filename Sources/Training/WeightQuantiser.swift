internal import Kernels
internal import Models
internal import Tokenizers

/// Turns float weights into int8.
struct WeightQuantiser {
    /// Where weights are cut off, in root mean squares of those that were learned; 0 for at the largest.
    let clip: Float

    /// The int8 form of trained weights, one scale for all labels.
    ///
    /// The softmax does not change when all weights of a feature move by the same amount, so each row is centred
    /// first, which makes it smaller.
    func parameters(
        weights: TrainingWeights,
        biases: [Float],
        labels: [String],
        options: LinearTrainingOptions
    ) -> LinearParameters {
        let limit = limit(weights)
        let scale = limit / 127
        var bytes: [UInt8] = []
        bytes.reserveCapacity(weights.buckets * weights.labels)
        forEachCentred(weights) { value in
            let level = (value / scale).rounded(.toNearestOrEven)
            bytes.append(UInt8(bitPattern: Int8(max(-127, min(127, level)))))
        }
        let rows = bytes.withUnsafeBytes {
            Int8Rows(copying: $0, rowCount: weights.buckets, columns: weights.labels)
        }
        return LinearParameters(
            labels: labels,
            features: options.features,
            normalisation: options.normalisation,
            scales: Array(repeating: scale, count: labels.count),
            biases: biases,
            rows: rows
        )
    }

    private func limit(_ weights: TrainingWeights) -> Float {
        var largest: Float = 0
        var squares = 0.0
        var learned = 0
        forEachCentred(weights) { value in
            guard value != 0 else { return }
            largest = max(largest, abs(value))
            squares += Double(value) * Double(value)
            learned += 1
        }
        guard learned > 0 else { return 1 }
        let mean = Float((squares / Double(learned)).squareRoot())
        return clip > 0 ? min(largest, mean * clip) : largest
    }

    private func forEachCentred(_ weights: TrainingWeights, _ body: (Float) -> Void) {
        for bucket in 0..<weights.buckets {
            var sum: Float = 0
            for label in 0..<weights.labels { sum += weights[bucket, label] }
            let mean = sum / Float(weights.labels)
            for label in 0..<weights.labels { body(weights[bucket, label] - mean) }
        }
    }
}
