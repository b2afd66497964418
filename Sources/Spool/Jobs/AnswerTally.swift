import BatchCore

/// What a shard's answers amount to: how often each label was given, and how surely.
struct AnswerTally {
    /// Results by label, or entities by group; empty where a model gives none.
    let labels: [String: Int]
    /// The probabilities of these, in bins of 0.05.
    let confidence: [Int]

    /// Counts.
    ///
    /// - Parameters:
    ///   - rows: The answers.
    ///   - model: The model that gave them.
    ///   - threshold: The probability from which a label of several counts as given.
    init(of rows: PredictionRows, model: any BatchModel, threshold: Float) {
        var counts = [Int](repeating: 0, count: model.labels.count)
        var confidence = [Int](repeating: 0, count: ShardSummary.confidenceBins)
        switch model.task {
        case .classification, .multiLabel:
            let isMultiLabel = model.task == .multiLabel
            for record in 0..<rows.count {
                let row = rows.values[record * rows.columns..<(record + 1) * rows.columns]
                let best = row.bestIndex
                confidence[ShardSummary.confidenceBin(of: row[best])] += 1
                if isMultiLabel {
                    for index in row.indices where row[index] >= threshold { counts[index - row.startIndex] += 1 }
                } else {
                    counts[best - row.startIndex] += 1
                }
            }
        case .tokenClassification:
            for entity in rows.entities {
                counts[entity.label] += 1
                confidence[ShardSummary.confidenceBin(of: entity.score)] += 1
            }
        case .regression, .embedding: counts = []
        }
        labels = Dictionary(uniqueKeysWithValues: zip(model.labels, counts))
        self.confidence = confidence
    }
}

extension ShardSummary {
    /// Counts a shard's answers; sizes, hash, the time of writing and that of the end are filled in later.
    init(index: Int, outcome: ShardOutcome, model: any BatchModel, queue: QueueConfiguration, budgetTokens: Int) {
        let threshold = Float(queue.output.threshold)
        let results = outcome.block.records.count
        let errors = outcome.block.failures.count
        var codes: [String: Int] = [:]
        for failure in outcome.block.failures { codes[failure.code.rawValue, default: 0] += 1 }
        let answers = AnswerTally(of: outcome.predictions, model: model, threshold: threshold)
        self.init(
            index: index,
            records: results + errors,
            results: results,
            errors: errors,
            resultsBytes: 0,
            errorsBytes: 0,
            sha256: "",
            model: model.identity,
            truncated: outcome.encoded.count { $0.truncated },
            windowed: outcome.encoded.count { $0.windows > 1 },
            deduplicated: outcome.deduplicated,
            cached: outcome.cached,
            labels: answers.labels,
            confidence: answers.confidence,
            slices: SliceCounter.tables(of: outcome, model: model, threshold: threshold, fields: queue.groupFields),
            errorCodes: codes,
            tokens: outcome.tokens,
            batches: outcome.batches,
            batchBudgetTokens: budgetTokens,
            seconds: outcome.seconds,
            lengths: Self.lengths(of: outcome),
            finishedWallSeconds: nil,
            failureSamples: errors > 0 ? FailureSample.first(of: outcome.block) : nil
        )
    }

    private static func lengths(of outcome: ShardOutcome) -> [Int] {
        var lengths = [Int](repeating: 0, count: TokenLengths.bins)
        for text in outcome.encoded { lengths[TokenLengths.bin(of: text.inputTokens)] += 1 }
        return lengths
    }

    /// The bin of a probability; what a defective model gives, NaN included, is counted in the outermost bins.
    static func confidenceBin(of probability: Float) -> Int {
        guard probability > 0 else { return 0 }
        return probability < 1 ? Int(probability * Float(confidenceBins)) : confidenceBins - 1
    }
}

extension ArraySlice<Float> {
    /// The index of the largest value; of equal ones the first.
    var bestIndex: Int {
        var best = startIndex
        for index in indices where self[index] > self[best] { best = index }
        return best
    }
}
