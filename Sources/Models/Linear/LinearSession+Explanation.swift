import BatchCore
import Kernels
import Tokenizers

/// What words and n-grams contribute to an answer, exactly: the model is a sum over them.
///
/// What a feature adds is shared evenly by the words, or CJK characters, that it is made of: a word has the n-grams of
/// its characters, half of each n-gram of two words that it is one of, and so on. These are the words' Shapley values
/// where a feature is there if all of its words are, so they sum up to what all features add. Added is to the log-odds
/// of the label, to first order where there are more than two: to the label's logit, less the mean of what the others'
/// logits get, each weighted by its share of the probability that is left. Where there are two labels this is the
/// difference of their logits.
extension LinearSession {
    func explain(_ request: ExplanationRequest, into explanations: inout ExplanationRows) {
        for record in request.block.records.indices {
            let nGrams = words(ofRecord: record, in: request).flatMap(nGrams)
            explanations.append(
                strongestOf: nGrams.map(\.stretch),
                atMost: request.stretchesMaximum,
                strengths: nGrams.map(\.strength)
            )
        }
    }

    /// A word, and whether it is a CJK character, whose n-grams are longer.
    struct Word {
        var stretch: ExplainedStretch
        var isCJK: Bool
    }

    /// The words of each of a record's texts, each with its share of what the features add.
    ///
    /// The weights sum up to what the features, without the biases, add to the log-odds.
    func words(ofRecord record: Int, in request: ExplanationRequest) -> [[Word]] {
        let texts = request.block.texts.span
        var parts = [hasher.places(in: texts.extracting(request.block.textRange(of: record)))]
        if let pair = request.block.pairRange(of: record) { parts.append(hasher.places(in: texts.extracting(pair))) }
        let weights = FeatureWeights(
            parameters.weights,
            coefficients: coefficients(ofRecord: record, in: request),
            features: parts.flatMap(\.features)
        )
        return parts.enumerated().map { words(of: $1, isInPair: $0 == 1, weights: weights) }
    }

    private func words(of places: FeaturePlaces, isInPair: Bool, weights: FeatureWeights) -> [Word] {
        var shares = [Double](repeating: 0, count: places.pieces.count)
        parameters.weights.rows.withUnsafeBytes { rows in
            for feature in places.features {
                let share = weights.weight(of: feature.id, in: rows) / Double(feature.pieceCount)
                for piece in feature.firstPiece..<feature.firstPiece + feature.pieceCount { shares[piece] += share }
            }
        }
        return zip(places.pieces, shares).map { piece, share in
            let stretch = ExplainedStretch(
                isInPair: isInPair,
                start: piece.start,
                end: piece.end,
                byteStart: piece.byteStart,
                byteEnd: piece.byteEnd,
                weight: share
            )
            return Word(stretch: stretch, isCJK: piece.isCJK)
        }
    }

    /// The n-grams of a text's words, as long as those that the model knows.
    ///
    /// Of neighbours that are told together the weaker ones must be worth their place: n words are told as one where
    /// they weigh more than the strongest of them by n to the power of 3/4, which was found by measuring.
    private func nGrams(of words: [Word]) -> [(stretch: ExplainedStretch, strength: Double)] {
        var nGrams: [(stretch: ExplainedStretch, strength: Double)] = []
        for first in words.indices {
            var stretch = words[first].stretch
            stretch.weight = 0
            var longest = parameters.features.cjkOrder
            for (index, word) in words[first...].enumerated() {
                if !word.isCJK { longest = parameters.features.wordOrder }
                guard index < longest else { break }
                stretch.end = word.stretch.end
                stretch.byteEnd = word.stretch.byteEnd
                stretch.weight += word.stretch.weight
                let root = Double(index + 1).squareRoot()
                nGrams.append((stretch, stretch.weight.magnitude / (root * root.squareRoot())))
            }
        }
        return nGrams
    }

    /// By how much the log-odds of the answer grow with each column of the weights.
    func coefficients(ofRecord record: Int, in request: ExplanationRequest) -> [Double] {
        let labels = parameters.labels.count
        let row = request.predictions.values[record * labels..<(record + 1) * labels].map(Double.init)
        let explained = request.explainedColumn(ofRecord: record)
        let rest = row.indices.reduce(0) { $1 == explained ? $0 : $0 + row[$1] }
        let ofLabels = row.indices.map { label in
            // What is left may be too small for a float32; then the other labels share it evenly.
            label == explained ? 1 : rest > 0 ? -row[label] / rest : -1 / Double(labels - 1)
        }
        return ofLabels.indices.filter { $0 != parameters.weights.reference }.map { ofLabels[$0] }
    }
}

/// What one occurrence of a feature adds to the log-odds of one record's answer.
struct FeatureWeights {
    private let coefficients: [Double]
    private let scale: Double

    /// - Parameters:
    ///   - weights: The model's.
    ///   - coefficients: By how much the log-odds grow with each column of the weights.
    ///   - features: All features of the record, which share the normaliser.
    init(_ weights: LinearWeights, coefficients: [Double], features: [FeaturePlaces.Feature]) {
        self.coefficients = coefficients
        let light = features.count { Int($0.id) < weights.lightIds }
        let counted = Double(features.count - light) + Double(light) * Double(weights.lightCount)
        scale = counted > 0 ? Double(weights.scale) / counted.squareRoot() : 0
    }

    func weight(of id: UInt32, in rows: UnsafeRawBufferPointer) -> Double {
        let first = Int(id) * coefficients.count
        var sum = 0.0
        for (column, coefficient) in coefficients.enumerated() {
            sum += coefficient * Double(rows.loadUnaligned(fromByteOffset: first + column, as: Int8.self))
        }
        return sum * scale
    }
}
