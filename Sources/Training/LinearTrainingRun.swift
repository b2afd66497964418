internal import Kernels
internal import Synchronization
internal import Tokenizers

/// What the threads of one training share.
///
/// Shared without a lock: `order`, `biases` and the sums are written by thread 0 alone, in phases where the others
/// do not read them; the barriers between phases make the writes visible. Weights and slots have rules of their own.
final class LinearTrainingRun: @unchecked Sendable {
    let weights: TrainingWeights
    private(set) var biases: [Float]
    private let texts: LabelledTexts
    private let options: LinearTrainingOptions
    private let slots: [TrainingSlot]
    private let claimedTexts = Atomic<Int>(0)
    private let claimedPartitions = Atomic<Int>(0)
    private var biasSquares: [Float]
    private var order: [Int]
    private var generator: SeededGenerator
    private var loss = 0.0

    // A bias is in every text, so that it would race ahead of the features at their rate.
    private static let biasRate: Float = 0.1

    init(texts: LabelledTexts, options: LinearTrainingOptions) {
        let labels = texts.labels.count
        self.texts = texts
        self.options = options
        weights = TrainingWeights(buckets: options.features.buckets, labels: labels)
        biases = Array(repeating: 0, count: labels)
        biasSquares = Array(repeating: 0.01, count: labels)
        slots = (0..<options.batchSize).map { _ in TrainingSlot(labels: labels) }
        order = Array(0..<texts.count)
        generator = SeededGenerator(seed: options.seed)
    }

    /// One thread's part of the whole training.
    func work(thread: Int, barrier: ThreadTeam.Barrier, progress: (TrainingProgress) -> Void) {
        let hasher = NGramHasher(features: options.features)
        let stepsTotal = Float(texts.count * options.epochs)
        for epoch in 0..<options.epochs {
            if thread == 0 {
                generator.shuffle(&order)
                loss = 0
            }
            barrier.wait()
            for start in stride(from: 0, to: texts.count, by: options.batchSize) {
                let count = min(options.batchSize, texts.count - start)
                let rate = options.learningRate * (1 - Float(epoch * texts.count + start) / stepsTotal)
                if thread == 0 { claimedPartitions.store(0, ordering: .relaxed) }
                computeGradients(start: start, count: count, hasher: hasher)
                barrier.wait()
                if thread == 0 {
                    claimedTexts.store(0, ordering: .relaxed)
                    finishBatch(count: count, rate: rate)
                }
                update(count: count, rate: rate)
                barrier.wait()
                if thread == 0 { report(epoch: epoch, done: start + count, to: progress) }
            }
        }
    }

    private func computeGradients(start: Int, count: Int, hasher: NGramHasher) {
        while true {
            let position = claimedTexts.wrappingAdd(1, ordering: .relaxed).oldValue
            guard position < count else { return }
            let example = texts.examples[order[start + position]]
            texts.withText(example) { text in
                slots[position].run(
                    text,
                    label: example.label,
                    group: texts.groups[example.group],
                    weights: weights,
                    biases: biases,
                    options: options,
                    hasher: hasher
                )
            }
        }
    }

    // In a partition of characters' n-grams the gradient is weaker, and so is the step.
    private func update(count: Int, rate: Float) {
        while true {
            let partition = claimedPartitions.wrappingAdd(1, ordering: .relaxed).oldValue
            guard partition < TrainingSlot.partitions else { return }
            for slot in slots.prefix(count) {
                slot.withFeatures(ofPartition: partition) { ids in
                    weights.step(
                        ids,
                        gradient: slot.featureGradient,
                        rate: rate,
                        lightIds: options.features.characterBuckets,
                        lightRate: options.characterRate
                    )
                }
            }
        }
    }

    private func finishBatch(count: Int, rate: Float) {
        for slot in slots.prefix(count) {
            loss += slot.loss
            for (label, slope) in slot.gradient.enumerated() {
                biasSquares[label] += slope * slope
                biases[label] -= rate * Self.biasRate * slope / biasSquares[label].squareRoot()
            }
        }
    }

    // About a hundred times an epoch.
    private func report(epoch: Int, done: Int, to progress: (TrainingProgress) -> Void) {
        let interval = max(1, texts.count / 100)
        let before = done - min(options.batchSize, done)
        guard done == texts.count || done / interval != before / interval else { return }
        progress(
            TrainingProgress(
                epoch: epoch + 1,
                epochs: options.epochs,
                done: done,
                total: texts.count,
                loss: loss / Double(max(1, done))
            )
        )
    }
}
