internal import BatchCore
internal import Kernels
internal import Tokenizers

/// One compute thread's use of a linear model.
final class LinearSession: ModelSession {
    let hasher: NGramHasher
    let parameters: LinearParameters
    private var classifier: LinearClassifier

    init(parameters: LinearParameters, kernels: KernelTable) {
        self.parameters = parameters
        hasher = NGramHasher(features: parameters.features)
        classifier = LinearClassifier(table: kernels, weights: parameters.weights)
    }

    /// A pair is the sum of both texts' features. A text that is read in part only says so under every policy: the
    /// limit is far beyond what windows are for.
    func encode(
        _ text: Span<UInt8>,
        pair: Span<UInt8>?,
        onLong: LongTextPolicy,
        into batch: inout PackedBatch
    ) -> EncodedText {
        let hashed = hasher.encode(text, into: &batch.tokens)
        var encoded = EncodedText(inputTokens: hashed.tokens, truncated: hashed.truncated)
        if let pair {
            let second = hasher.encode(pair, into: &batch.tokens)
            encoded.inputTokens += second.tokens
            encoded.truncated = encoded.truncated || second.truncated
        }
        batch.endRecord()
        return encoded
    }

    func predict(_ batch: borrowing PackedBatch, into predictions: inout PredictionRows) {
        classifier.classify(ids: batch.tokens, ends: batch.ends, into: &predictions.values)
    }
}
