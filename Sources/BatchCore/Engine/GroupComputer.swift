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
    /// the record that reached it brought, one sequence, or all windows of a long text.
    ///
    /// - Parameters:
    ///   - blocks: The shards' records, in the order of the group.
    ///   - onLong: For each block, what happens to a text over the model's limit.
    ///   - budgetTokens: The tokens at which a batch is computed.
    /// - Returns: One outcome a block, without the seconds of reading and writing.
    /// - Throws: Whatever the model throws.
    public func answer(
        _ blocks: [RecordBlock],
        onLong: [LongTextPolicy],
        budgetTokens: Int
    ) throws -> [ShardOutcome] {
        var outcomes = blocks.map { ShardOutcome(block: $0, predictions: PredictionRows(columns: rows.columns)) }
        batch.removeAll()
        var cursor = Scatter()
        var clock = now()
        for index in outcomes.indices {
            let recordCount = blocks[index].records.count
            outcomes[index].encoded.reserveCapacity(recordCount)
            outcomes[index].predictions.values.reserveCapacity(recordCount * rows.columns)
            var tooLong: [Int] = []
            var record = 0
            while record < recordCount {
                record = encode(from: record, of: &outcomes[index], onLong[index], &tooLong, until: budgetTokens)
                outcomes[index].seconds.encode += lap(&clock)
                if batch.tokens.count >= budgetTokens {
                    try computeBatch(into: &outcomes, through: index, cursor: &cursor, clock: &clock)
                }
            }
            if !tooLong.isEmpty { outcomes[index].block.fail(tooLong: tooLong) }
        }
        if batch.recordCount > 0 {
            try computeBatch(into: &outcomes, through: outcomes.count - 1, cursor: &cursor, clock: &clock)
        }
        return outcomes
    }

    /// The first record of the open batch: its shard, and its index among those of the shard that were encoded.
    private struct Scatter {
        var shard = 0
        var record = 0
    }

    private func encode(
        from first: Int,
        of outcome: inout ShardOutcome,
        _ onLong: LongTextPolicy,
        _ tooLong: inout [Int],
        until budgetTokens: Int
    ) -> Int {
        var record = first
        // A local copy shares its memory, and lets the span live while the outcome changes.
        let block = outcome.block
        let texts = block.texts.span
        while record < block.records.count && batch.tokens.count < budgetTokens {
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
                tooLong.append(record)
            } else {
                outcome.encoded.append(encoded)
                outcome.tokens += batch.tokens.count - before
            }
            record += 1
        }
        return record
    }

    private func computeBatch(
        into outcomes: inout [ShardOutcome],
        through last: Int,
        cursor: inout Scatter,
        clock: inout Double
    ) throws {
        rows.removeAll()
        try session.predict(batch, into: &rows)
        precondition(rows.count == batch.recordCount, "a session answers each record exactly once")
        let seconds = lap(&clock)
        var taken = 0
        while taken < batch.recordCount {
            // Shards without records are passed over; a shard's share of the batch ends where its records do.
            let waiting = outcomes[cursor.shard].encoded.count - cursor.record
            let share = min(waiting, batch.recordCount - taken)
            if share > 0 {
                outcomes[cursor.shard].predictions.append(taken..<taken + share, of: rows)
                outcomes[cursor.shard].batches += 1
                outcomes[cursor.shard].seconds.predict += seconds * Double(share) / Double(batch.recordCount)
            }
            taken += share
            cursor.record += share
            // Every shard before the last one has been encoded to its end.
            if cursor.record == outcomes[cursor.shard].encoded.count && cursor.shard < last {
                cursor = Scatter(shard: cursor.shard + 1, record: 0)
            }
        }
        batch.removeAll()
    }

    private func lap(_ clock: inout Double) -> Double {
        let then = clock
        clock = now()
        return clock - then
    }
}

extension RecordBlock {
    /// Turns texts over the model's limit into failures.
    fileprivate mutating func fail(tooLong: [Int]) {
        for record in tooLong {
            let input = records[record]
            failures.append(
                RecordFailure(
                    line: input.line,
                    ordinal: input.ordinal,
                    byteOffset: input.byteOffset,
                    raw: input.raw,
                    code: .textTooLong,
                    message: "The text has more tokens than the model takes; "
                        + "shorten it, or set limits.on_long to truncate or window."
                )
            )
        }
        removeRecords(Set(tooLong))
    }
}
