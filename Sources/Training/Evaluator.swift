public import BatchCore

/// Asks a model about labelled texts.
public struct Evaluator {
    private let model: any BatchModel

    private let budgetTokens: Int

    /// The second-level cache that batches are made for, in bytes; what common machines have.
    private static let cacheBytes = 1 << 20

    /// Creates an evaluator.
    public init(model: any BatchModel) {
        self.model = model
        let budgets = BudgetTuner.candidates(
            cacheBytes: Self.cacheBytes,
            bytesPerToken: model.scratchBytesPerToken
        )
        budgetTokens = BudgetTuner(candidates: budgets).settledOrDefault
    }

    /// Compares the model's answers with the labels of texts.
    ///
    /// - Parameters:
    ///   - texts: Texts whose labels are among the model's.
    ///   - labels: The model's labels to choose from; the answer is the most probable of these.
    /// - Returns: The comparison.
    /// - Throws: `TrainingError` where a label is not the model's, or the model does not classify; what the model throws.
    public func evaluate(_ texts: LabelledTexts, among labels: [String]) throws -> Evaluation {
        guard model.task == .classification else {
            throw TrainingError(
                "The model \(model.identity.reference) does \(model.task.words); only a classification can be evaluated."
            )
        }
        let columns = try labels.map(column)
        let positions = texts.labels.map { labels.firstIndex(of: $0) }
        var evaluation = Evaluation(labels: labels)
        let session = try model.makeSession()
        var batch = PackedBatch()
        var predictions = PredictionRows(columns: model.valuesPerRecord)
        var first = texts.examples.startIndex
        while first < texts.examples.endIndex {
            var next = first
            batch.removeAll()
            predictions.removeAll()
            while next < texts.examples.endIndex, batch.tokens.count < budgetTokens {
                texts.withText(texts.examples[next]) {
                    _ = session.encode($0, pair: nil, onLong: .truncate, into: &batch)
                }
                next += 1
            }
            try session.predict(batch, into: &predictions)
            for (row, example) in texts.examples[first..<next].enumerated() {
                guard let truth = positions[example.label] else { continue }
                evaluation.count(truth: truth, answer: Self.best(columns, of: predictions, row: row))
            }
            first = next
        }
        return evaluation
    }

    private func column(of label: String) throws -> Int {
        guard let column = model.labels.firstIndex(of: label) else {
            let known = model.labels.joined(separator: ", ")
            throw TrainingError("The model \(model.identity.reference) has no label '\(label)'; it has \(known).")
        }
        return column
    }

    private static func best(_ columns: [Int], of predictions: PredictionRows, row: Int) -> Int {
        let start = row * predictions.columns
        var best = 0
        for position in columns.indices.dropFirst() {
            let value = predictions.values[start + columns[position]]
            if value > predictions.values[start + columns[best]] { best = position }
        }
        return best
    }
}
