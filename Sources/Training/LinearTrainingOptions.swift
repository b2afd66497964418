public import Tokenizers

/// How a linear classifier is trained.
public struct LinearTrainingOptions: Sendable, Equatable {
    /// What is hashed of a text.
    public var features: NGramFeatures

    /// How strongly n-grams of characters are learned, relative to n-grams of words, 0...1.
    ///
    /// There are several times as many of them in a text, and they say the same things again.
    public var characterRate: Float

    /// How often every text is seen.
    public var epochs: Int

    /// The step of the first update; it falls to 0 along a line.
    public var learningRate: Float

    /// How many texts are learned from at a time.
    public var batchSize: Int

    /// The share of the loss that compares only the labels that were to choose from, 0...1.
    public var candidateShare: Float

    /// What the trained model's logits are multiplied by: above 1 it is surer of itself, and its answers are the same.
    public var sharpness: Float

    /// Where weights are cut off before they become int8, as a share of the largest, 0...1.
    public var clip: Float

    /// Decides the order of the texts.
    public var seed: UInt64

    /// How many threads work; the result does not depend on it.
    public var threads: Int

    /// Creates options.
    public init(
        features: NGramFeatures,
        characterRate: Float = 0.3,
        epochs: Int = 10,
        learningRate: Float = 1,
        batchSize: Int = 64,
        candidateShare: Float = 1,
        sharpness: Float = 1,
        clip: Float = 1,
        seed: UInt64 = 1,
        threads: Int = 1
    ) {
        self.features = features
        self.characterRate = characterRate
        self.epochs = epochs
        self.learningRate = learningRate
        self.batchSize = batchSize
        self.candidateShare = candidateShare
        self.sharpness = sharpness
        self.clip = clip
        self.seed = seed
        self.threads = threads
    }

    /// A number of buckets that suits a number of labels: 4 MB of weights for a few, at most 16 MB for many.
    public static func buckets(forLabels labels: Int) -> Int {
        labels <= 4 ? 3_990_000 / max(2, labels - 1) : max(1 << 16, (16 << 20) / (labels - 1))
    }
}
