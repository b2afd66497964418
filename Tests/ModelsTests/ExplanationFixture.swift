import BatchCore

/// Records that were answered, as explanations are asked for.
struct ExplanationFixture {
    var texts: [String]
    var pairs: [String]?
    var onLong = LongTextPolicy.truncate
    var stretches = 50
    var budgetTokens = 64

    /// The records.
    var block: RecordBlock {
        var block = RecordBlock()
        block.hasPairs = pairs != nil
        for (index, text) in texts.enumerated() {
            block.texts += Array(text.utf8)
            let textEnd = block.texts.count
            if let pairs { block.texts += Array(pairs[index].utf8) }
            block.records.append(
                InputRecord(
                    line: index + 1,
                    ordinal: index,
                    byteOffset: 0,
                    raw: 0..<0,
                    textEnd: textEnd,
                    pairEnd: block.texts.count,
                    id: nil
                )
            )
        }
        return block
    }

    /// Answers the records.
    func outcome(_ model: any BatchModel, explained: Bool = true) throws -> ShardOutcome {
        let computer = try GroupComputer(model: model, now: { 0 })
        let outcomes = try computer.answer(
            [block],
            onLong: [onLong],
            explainedStretches: [explained ? stretches : 0],
            budgetTokens: budgetTokens
        )
        return outcomes[0]
    }

    /// The request that explains these answers.
    func request(_ predictions: PredictionRows) -> ExplanationRequest {
        ExplanationRequest(
            block: block,
            predictions: predictions,
            onLong: onLong,
            stretchesMaximum: stretches,
            budgetTokens: budgetTokens
        )
    }

    /// The stretches of one record.
    static func stretches(_ outcome: ShardOutcome, _ record: Int) -> [ExplainedStretch] {
        Array(outcome.explanations.stretches[outcome.explanations.range(ofRecord: record)])
    }
}
