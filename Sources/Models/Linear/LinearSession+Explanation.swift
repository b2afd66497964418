import BatchCore
import Kernels
import Tokenizers

/// What n-grams contribute to an answer, exactly: the model is a sum over them.
///
/// A stretch of pieces is credited with the features that are made of exactly these pieces: a word with itself and
/// with the n-grams of its characters, a longer stretch with its n-gram. Credited is what they add to the log-odds of
/// the label, to first order where there are more than two labels: to the label's logit, less the mean of what they
/// add to the others', each weighted by its share of the probability that is left. Where there are two labels this is
/// the difference of the logits.
extension LinearSession {
    func explain(_ request: ExplanationRequest, into explanations: inout ExplanationRows) {
        for record in request.block.records.indices {
            explanations.append(
                strongestOf: stretches(ofRecord: record, in: request),
                atMost: request.stretchesMaximum
            )
        }
    }

    /// All stretches of a record that a feature is made of.
    ///
    /// Their weights sum up to what the features, without the biases, add to the log-odds.
    func stretches(ofRecord record: Int, in request: ExplanationRequest) -> [ExplainedStretch] {
        let texts = request.block.texts.span
        var parts = [hasher.places(in: texts.extracting(request.block.textRange(of: record)))]
        if let pair = request.block.pairRange(of: record) { parts.append(hasher.places(in: texts.extracting(pair))) }
        let weights = FeatureWeights(
            parameters.weights,
            coefficients: coefficients(ofRecord: record, in: request),
            features: parts.flatMap(\.features)
        )
        return parts.enumerated().flatMap { index, places in
            stretches(of: places, isInPair: index == 1, weights: weights)
        }
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

    private func stretches(
        of places: FeaturePlaces,
        isInPair: Bool,
        weights: FeatureWeights
    ) -> [ExplainedStretch] {
        let features = parameters.features
        let longest = max(features.wordOrder, features.cjkOrder, features.skip > 0 ? features.skip + 2 : 1)
        var sums = [Double](repeating: 0, count: places.pieces.count * longest)
        parameters.weights.rows.withUnsafeBytes { rows in
            for feature in places.features {
                sums[feature.firstPiece * longest + feature.pieceCount - 1] += weights.weight(of: feature.id, in: rows)
            }
        }
        return sums.indices.filter { sums[$0] != 0 }.map { index in
            let first = places.pieces[index / longest]
            let last = places.pieces[index / longest + index % longest]
            return ExplainedStretch(
                isInPair: isInPair,
                start: first.start,
                end: last.end,
                byteStart: first.byteStart,
                byteEnd: last.byteEnd,
                weight: sums[index]
            )
        }
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
