public import Kernels
public import Tokenizers

/// How a linear classifier is trained.
public struct LinearTrainingOptions: Sendable, Equatable {
    /// What is hashed of a text.
    public var features: NGramFeatures

    /// What the sum of a text's rows is divided by.
    public var normalisation: SumNormalisation

    /// How often every text is seen.
    public var epochs: Int

    /// The step of the first update; it falls to 0 along a line.
    public var learningRate: Float

    /// How many texts are learned from at a time.
    public var batchSize: Int

    /// The share of the loss that compares only the labels that were to choose from, 0...1.
    public var candidateShare: Float

    /// Where weights are cut off before they become int8, in root mean squares; 0 for at the largest.
    public var clip: Float

    /// Decides the order of the texts.
    public var seed: UInt64

    /// How many threads work; the result does not depend on it.
    public var threads: Int

    /// Creates options.
    public init(
        features: NGramFeatures,
        normalisation: SumNormalisation = .root,
        epochs: Int = 4,
        learningRate: Float = 0.5,
        batchSize: Int = 64,
        candidateShare: Float = 1,
        clip: Float = 0,
        seed: UInt64 = 1,
        threads: Int = 1
    ) {
        self.features = features
        self.normalisation = normalisation
        self.epochs = epochs
        self.learningRate = learningRate
        self.batchSize = batchSize
        self.candidateShare = candidateShare
        self.clip = clip
        self.seed = seed
        self.threads = threads
    }

    /// A number of buckets that suits a number of labels: 4 MB of weights for a few, at most 16 MB for many.
    public static func buckets(forLabels labels: Int) -> Int {
        labels <= 4 ? 3_990_000 / max(3, labels) : max(1 << 16, (16 << 20) / labels)
    }
}
