internal import Kernels
public import Models
internal import Tokenizers

/// Fits a linear classifier over hashed n-grams, on many threads.
///
/// Training is synchronous: the gradients of a batch are computed from the same weights, then the updates are
/// divided by ranges of buckets and applied in the order of the texts. Threads decide only who does which part, so
/// the same seed gives the same bytes on any number of them.
public struct LinearTrainer: Sendable {
    private let options: LinearTrainingOptions

    /// Creates a trainer.
    ///
    /// - Precondition: `options.features.problem == nil`.
    public init(options: LinearTrainingOptions) {
        precondition(options.features.problem == nil, options.features.problem ?? "")
        self.options = options
    }

    /// Trains a model.
    ///
    /// - Parameters:
    ///   - texts: What to learn from; not empty.
    ///   - progress: Called now and then, on the calling thread.
    /// - Returns: The model's parameters, as int8.
    public func train(
        _ texts: LabelledTexts,
        progress: @escaping @Sendable (TrainingProgress) -> Void
    ) -> LinearParameters {
        let run = LinearTrainingRun(texts: texts, options: options)
        defer { run.weights.deallocate() }
        ThreadTeam.run(threads: options.threads) { thread, barrier in
            run.work(thread: thread, barrier: barrier, progress: progress)
        }
        return WeightQuantiser(clip: options.clip).parameters(
            weights: run.weights,
            biases: run.biases,
            labels: texts.labels,
            options: options
        )
    }
}

/// How far a training is.
public struct TrainingProgress: Sendable, Equatable {
    /// The epoch, from 1.
    public var epoch: Int

    /// The number of epochs.
    public var epochs: Int

    /// Texts seen in this epoch.
    public var done: Int

    /// Texts in an epoch.
    public var total: Int

    /// The mean squared error of the probabilities in this epoch so far (Brier score).
    public var loss: Double
}
