/// Answers groups of shards on one thread, from the records to the finished outcomes.
///
/// Records are encoded straight into the open batch and the batch is computed when its tokens reach the budget, so
/// the tokens of a batch never leave the core's cache and a batch may hold records of many shards and jobs. Answers
/// come back in the order in which records went in, so restoring order is a matter of counting.
public final class GroupComputer {
    private let model: any BatchModel
    private let session: any ModelSession
    private let canary: String
    private let now: () -> Double
    private var batch: PackedBatch
    private var rows: PredictionRows

    /// Creates the computer of one compute thread for one model.
    ///
    /// - Parameters:
    ///   - model: The model.
    ///   - canary: A text that the model is known to answer.
    ///   - now: A monotonic clock, in seconds.
    /// - Throws: If the model cannot make a session.
    public init(
        model: any BatchModel,
        canary: String = GroupComputer.defaultCanary,
        now: @escaping () -> Double
    ) throws {
        self.model = model
        self.session = try model.makeSession()
        self.canary = canary
        self.now = now
        self.batch = PackedBatch()
        self.rows = PredictionRows(columns: model.valuesPerRecord)
    }

    /// The text that is answered before a suspected poison record.
    public static let defaultCanary = "The delivery arrived on time and everything works. 一切正常。"

    /// Answers a known-good text, to tell a broken model from a poison record.
    ///
    /// - Throws: Whatever the model throws.
    public func answerCanary() throws {
        batch.removeAll()
        rows.removeAll()
        let text = Array(canary.utf8)
        _ = session.encode(text.span, pair: nil, onLong: .truncate, into: &batch)
        try session.predict(batch, into: &rows)
    }

    /// Answers all records of the blocks.
    ///
    /// A batch is computed when its tokens reach the budget, and holds whole records: it may pass the budget by what
    /// the record that reached it brought, one sequence, or all windows of a long text. A record whose text was
    /// answered before in its scope gets that answer, which has the same bits.
    ///
    /// - Parameters:
    ///   - blocks: The shards' records, in the order of the group.
    ///   - onLong: For each block, what happens to a text over the model's limit.
    ///   - scopes: For each block, whose answers may be used for it; nil for a block of which every record is to be
    ///     computed, and nil altogether where all are.
    ///   - explainedStretches: For each block, how many stretches of text are told that moved an answer; 0, or an empty
    ///     list, for no explanations.
    ///   - budgetTokens: The tokens at which a batch is computed.
    /// - Returns: One outcome a block, without the seconds of reading and writing.
    /// - Throws: Whatever the model throws.
    public func answer(
        _ blocks: [RecordBlock],
        onLong: [LongTextPolicy],
        scopes: [AnswerScope?]? = nil,
        explainedStretches: [Int] = [],
        budgetTokens: Int
    ) throws -> [ShardOutcome] {
        var clock = now()
        var group = OpenGroup(blocks, columns: rows.columns)
        for index in blocks.indices {
            group.recall(index, onLong: onLong[index], scope: scopes?[index])
            group.outcomes[index].recallSeconds += lap(&clock)
        }
        batch.removeAll()
        rows.removeAll()
        for index in blocks.indices {
            var record = 0
            while record < blocks[index].records.count {
                record = encode(from: record, of: blocks[index], index, onLong[index], &group, until: budgetTokens)
                group.outcomes[index].seconds.encode += lap(&clock)
                if batch.tokens.count >= budgetTokens { try computeBatch(of: &group, clock: &clock) }
            }
        }
        if batch.recordCount > 0 { try computeBatch(of: &group, clock: &clock) }
        for index in blocks.indices {
            group.close(index, rows)
            group.outcomes[index].recallSeconds += lap(&clock)
            group.judge(index)
        }
        for index in explainedStretches.indices where explainedStretches[index] > 0 {
            try explain(&group.outcomes[index], onLong[index], explainedStretches[index], budgetTokens)
            let seconds = lap(&clock)
            group.outcomes[index].seconds.predict += seconds
            group.outcomes[index].explanationSeconds = seconds
        }
        return group.outcomes
    }

    /// Explains answers when they stand, so that they are the same with and without explanations.
    private func explain(
        _ outcome: inout ShardOutcome,
        _ onLong: LongTextPolicy,
        _ stretchesMaximum: Int,
        _ budgetTokens: Int
    ) throws {
        let request = ExplanationRequest(
            block: outcome.block,
            predictions: outcome.predictions,
            onLong: onLong,
            stretchesMaximum: stretchesMaximum,
            budgetTokens: budgetTokens
        )
        try session.explain(request, into: &outcome.explanations)
        precondition(outcome.explanations.count == outcome.block.records.count, "a session explains each record once")
    }

    private func encode(
        from first: Int,
        of block: RecordBlock,
        _ index: Int,
        _ onLong: LongTextPolicy,
        _ group: inout OpenGroup,
        until budgetTokens: Int
    ) -> Int {
        var record = first
        let texts = block.texts.span
        while record < block.records.count && batch.tokens.count < budgetTokens {
            defer { record += 1 }
            guard group.isOpen(record, of: index) else { continue }
            let before = batch.tokens.count
            let text = texts.extracting(block.textRange(of: record))
            let encoded: EncodedText
            if let pair = block.pairRange(of: record) {
                encoded = session.encode(text, pair: texts.extracting(pair), onLong: onLong, into: &batch)
            } else {
                encoded = session.encode(text, pair: nil, onLong: onLong, into: &batch)
            }
            if onLong == .error && encoded.truncated {
                batch.removeLastRecord()
                group.refuse(record, of: index)
            } else {
                group.pack(record, of: index, encoded, tokens: batch.tokens.count - before)
            }
        }
        return record
    }

    private func computeBatch(of group: inout OpenGroup, clock: inout Double) throws {
        let before = rows.count
        try session.predict(batch, into: &rows)
        precondition(rows.count - before == batch.recordCount, "a session answers each record exactly once")
        group.charge(batchOf: batch.recordCount, seconds: lap(&clock))
        batch.removeAll()
    }

    private func lap(_ clock: inout Double) -> Double {
        let then = clock
        clock = now()
        return clock - then
    }
}
