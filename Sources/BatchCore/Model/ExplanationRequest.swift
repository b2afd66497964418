/// Answered records whose answers are to be explained.
public struct ExplanationRequest: Sendable {
    /// The records.
    public var block: RecordBlock
    /// The answers, in step with the block's records.
    public var predictions: PredictionRows
    /// What happened to texts over the model's limit; of a text that was cut only the part that was read is explained.
    public var onLong: LongTextPolicy
    /// How many stretches are told of a record at most.
    public var stretchesMaximum: Int
    /// The tokens that are computed together, where the model computes variants of the texts.
    public var budgetTokens: Int

    /// Creates a request.
    public init(
        block: RecordBlock,
        predictions: PredictionRows,
        onLong: LongTextPolicy,
        stretchesMaximum: Int,
        budgetTokens: Int
    ) {
        self.block = block
        self.predictions = predictions
        self.onLong = onLong
        self.stretchesMaximum = stretchesMaximum
        self.budgetTokens = budgetTokens
    }

    /// The column of a record's answer that is explained: the largest number of its row, of equal ones the first.
    public func explainedColumn(ofRecord record: Int) -> Int {
        predictions.bestColumn(ofRecord: record)
    }
}
