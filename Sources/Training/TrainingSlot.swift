internal import Kernels
internal import Tokenizers

/// One text of the batch at hand: its features in order of partition, and what it wants changed.
///
/// Shared without a lock: in the first phase only the thread that claimed the slot touches it, in the second phase
/// all threads only read, and a barrier lies between.
final class TrainingSlot: @unchecked Sendable {
    /// Into how many ranges of buckets the updates of a batch are divided; more than there are threads.
    static let partitions = 64

    private(set) var gradient: [Float]
    private(set) var featureGradient: [Float]
    private(set) var loss = 0.0
    private var ids: [UInt32] = []
    private var sorted: [UInt32] = []
    private var ends = Array(repeating: 0, count: TrainingSlot.partitions)
    private var sums: [Float]
    private var logits: [Double]
    private var probabilities: [Float]

    init(labels: Int) {
        gradient = Array(repeating: 0, count: labels)
        featureGradient = gradient
        sums = gradient
        probabilities = gradient
        logits = Array(repeating: 0, count: labels)
    }

    /// Hashes a text and computes the gradient of its loss.
    func run(
        _ text: Span<UInt8>,
        label: Int,
        group: LabelledTexts.Group,
        weights: TrainingWeights,
        biases: [Float],
        options: LinearTrainingOptions,
        hasher: NGramHasher
    ) {
        ids.removeAll(keepingCapacity: true)
        _ = hasher.encode(text, into: &ids)
        sortByPartition(buckets: weights.buckets)
        sorted.withUnsafeBufferPointer { weights.sum($0, into: &sums) }
        let light = ids.reduce(0) { $0 + ($1 < options.features.characterBuckets ? 1 : 0) }
        let normaliser = LinearWeights.normaliser(
            lightIds: light,
            otherIds: ids.count - light,
            lightCount: options.characterRate * options.characterRate
        )
        let multiplier = normaliser > 0 ? 1 / normaliser : 0
        for column in sums.indices {
            sums[column] = sums[column] * multiplier + biases[column]
        }
        computeGradient(label: label, group: group, share: options.candidateShare)
        for column in gradient.indices {
            featureGradient[column] = gradient[column] * multiplier
        }
    }

    /// Calls a closure with the features that lie in one partition.
    func withFeatures(ofPartition partition: Int, _ body: (UnsafeBufferPointer<UInt32>) -> Void) {
        let start = partition == 0 ? 0 : ends[partition - 1]
        sorted.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[start..<ends[partition]])) }
    }

    private func sortByPartition(buckets: Int) {
        let factor = UInt64(Self.partitions) << 32 / UInt64(buckets)
        func partition(_ id: UInt32) -> Int { Int((UInt64(id) &* factor) >> 32) }
        for index in ends.indices { ends[index] = 0 }
        for id in ids { ends[partition(id)] += 1 }
        var start = 0
        for index in ends.indices {
            (ends[index], start) = (start, start + ends[index])
        }
        if sorted.count < ids.count {
            sorted.append(contentsOf: repeatElement(0, count: ids.count - sorted.count))
        } else {
            sorted.removeLast(sorted.count - ids.count)
        }
        for id in ids {
            let index = partition(id)
            sorted[ends[index]] = id
            ends[index] += 1
        }
    }

    // A source that was labelled without, say, a neutral class says nothing of how likely that class is; to the
    // extent of `share`, its texts move only the labels it could choose from.
    private func computeGradient(label: Int, group: LabelledTexts.Group, share: Float) {
        for column in gradient.indices { gradient[column] = 0 }
        loss = 0
        if let candidates = group.candidates, share > 0 {
            addGradient(label: label, among: candidates, weight: group.weight * share)
            addGradient(label: label, among: Array(gradient.indices), weight: group.weight * (1 - share))
        } else {
            addGradient(label: label, among: Array(gradient.indices), weight: group.weight)
        }
    }

    private func addGradient(label: Int, among columns: [Int], weight: Float) {
        guard weight > 0 else { return }
        logits.removeAll(keepingCapacity: true)
        logits.append(contentsOf: columns.lazy.map { Double(self.sums[$0]) })
        probabilities.removeAll(keepingCapacity: true)
        probabilities.append(contentsOf: repeatElement(0, count: columns.count))
        Softmax.apply(&logits, into: &probabilities)
        for (position, column) in columns.enumerated() {
            let target: Float = column == label ? 1 : 0
            gradient[column] += weight * (probabilities[position] - target)
            let off = Double(probabilities[position] - target)
            loss += Double(weight) * off * off
        }
    }
}
