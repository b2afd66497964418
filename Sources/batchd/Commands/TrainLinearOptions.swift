import ArgumentParser
import Kernels
import Tokenizers
import Training

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Which n-grams are hashed.
struct LinearFeatureOptions: ParsableArguments {
    @Option(name: .long, help: "The longest n-gram of words.")
    var wordOrder: Int = 3

    @Option(name: .long, help: "The longest n-gram of CJK characters.")
    var cjkOrder: Int = 4

    @Option(name: .long, help: "The shortest n-gram of characters within a word.")
    var characterOrderMinimum: Int = 3

    @Option(name: .long, help: "The longest n-gram of characters within a word; 0 for none.")
    var characterOrderMaximum: Int = 4

    @Option(name: .long, help: "How many words a pair may skip, 0 to 2; 0 for no pairs.")
    var skip: Int = 0

    @Flag(name: .long, inversion: .prefixedNo, help: "Read every digit as 0.")
    var foldDigits: Bool = false

    @Flag(name: .long, inversion: .prefixedNo, help: "Read @name and web addresses as one word each.")
    var foldHandles: Bool = false

    @Flag(name: .long, inversion: .prefixedNo, help: "Count a feature that a text repeats once.")
    var distinct: Bool = false

    @Option(name: .long, help: "The number of buckets (default: by the number of labels).")
    var buckets: Int?

    @Option(name: .long, help: "How many of them are for n-grams of characters (default: a quarter).")
    var characterBuckets: Int?

    func features(labels: Int) throws -> NGramFeatures {
        let features = NGramFeatures(
            wordOrder: wordOrder,
            cjkOrder: cjkOrder,
            characterOrderMinimum: characterOrderMinimum,
            characterOrderMaximum: characterOrderMaximum,
            skip: skip,
            foldsDigits: foldDigits,
            foldsHandles: foldHandles,
            distinct: distinct,
            buckets: buckets ?? LinearTrainingOptions.buckets(forLabels: labels),
            characterBuckets: characterBuckets
        )
        if let problem = features.problem {
            throw ValidationError(problem)
        }
        return features
    }
}

/// How the weights are learned.
struct LinearLearningOptions: ParsableArguments {
    @Option(name: .long, help: "How often every text is seen.")
    var epochs: Int = 10

    @Option(name: .long, help: "The step of the first update.")
    var learningRate: Float = 1

    @Option(name: .long, help: "How many texts are learned from at a time.")
    var batchSize: Int = 64

    @Option(name: .long, help: "The share of the loss that compares a source's candidate labels only, 0 to 1.")
    var candidateShare: Float = 1

    @Option(name: .long, help: "How strongly n-grams of characters are learned, relative to those of words, 0 to 1.")
    var characterRate: Float = 0.3

    @Option(name: .long, help: "What logits are multiplied by after training; above 1 for a surer model.")
    var sharpness: Float = 1

    @Option(name: .long, help: "Where weights are cut off before they become int8, as a share of the largest.")
    var clip: Float = 1

    @Option(name: .long, help: "How many threads work (default: one for each core).")
    var threads: Int?

    func validate() throws {
        let ranges: [(String, Double, ClosedRange<Double>)] = [
            ("--epochs", Double(epochs), 1...1000),
            ("--learning-rate", Double(learningRate), 0.000_001...100),
            ("--batch-size", Double(batchSize), 1...65536),
            ("--candidate-share", Double(candidateShare), 0...1),
            ("--character-rate", Double(characterRate), 0.001...1),
            ("--sharpness", Double(sharpness), 0.1...10),
            ("--clip", Double(clip), 0.01...1),
            ("--threads", Double(threads ?? 1), 1...1024),
        ]
        for (name, value, range) in ranges where !range.contains(value) {
            throw ValidationError("\(name) is \(value), expected \(range.lowerBound) to \(range.upperBound).")
        }
    }

    func options(features: NGramFeatures, seed: UInt64) throws -> LinearTrainingOptions {
        LinearTrainingOptions(
            features: features,
            characterRate: characterRate,
            epochs: epochs,
            learningRate: learningRate,
            batchSize: batchSize,
            candidateShare: candidateShare,
            sharpness: sharpness,
            clip: clip,
            seed: seed,
            threads: threads ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        )
    }
}
