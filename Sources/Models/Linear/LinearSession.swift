internal import BatchCore
internal import Kernels
internal import Tokenizers

/// One compute thread's use of a linear model.
final class LinearSession: ModelSession {
    private let hasher: NGramHasher
    private var classifier: LinearClassifier

    init(parameters: LinearParameters, kernels: KernelTable) {
        hasher = NGramHasher(features: parameters.features)
        classifier = LinearClassifier(table: kernels, weights: parameters.weights)
    }

    func encode(_ text: Span<UInt8>, into batch: inout PackedBatch) -> EncodedText {
        let hashed = hasher.encode(text, into: &batch.tokens)
        batch.endRecord()
        return EncodedText(inputTokens: hashed.tokens, truncated: hashed.truncated)
    }

    func predict(_ batch: borrowing PackedBatch, into predictions: inout PredictionRows) {
        classifier.classify(ids: batch.tokens, ends: batch.ends, into: &predictions.probabilities)
    }
}
