/// A group under way: what is still to be computed, and the outcomes as they fill.
///
/// Computed answers come in the order in which records were packed, so putting all answers in the order of the
/// records is a matter of counting.
struct OpenGroup {
    /// One a block.
    var outcomes: [ShardOutcome]
    private let columns: Int
    private var recall: GroupRecall
    /// The first record of each block, counted through the group.
    private let firstRecords: [Int]
    /// Where each block's records are looked for, as it was decided at the beginning.
    private var scopes: [AnswerScope?]
    /// What encoding found out about the packed records, in their order.
    private var packedTexts: [EncodedText] = []
    /// Packed records of each block whose batch is yet to be computed.
    private var waiting: [Int]
    /// Packed records of each block.
    private var packed: [Int]
    private var tooLong: [[Int]]

    init(_ blocks: [RecordBlock], columns: Int) {
        self.columns = columns
        outcomes = blocks.map { ShardOutcome(block: $0, predictions: PredictionRows(columns: columns)) }
        scopes = [AnswerScope?](repeating: nil, count: blocks.count)
        waiting = [Int](repeating: 0, count: blocks.count)
        packed = waiting
        tooLong = [[Int]](repeating: [], count: blocks.count)
        var first: [Int] = []
        var recordCount = 0
        for block in blocks {
            first.append(recordCount)
            recordCount += block.records.count
        }
        firstRecords = first
        recall = GroupRecall(columns: columns)
        recall.reserve(recordCount)
    }

    /// Looks for a block's records; blocks come in their order.
    mutating func recall(_ index: Int, onLong: LongTextPolicy, scope: AnswerScope?) {
        scopes[index] = scope.flatMap { $0.hasGivenUp ? nil : $0 }
        recall.add(outcomes[index].block, onLong, scopes[index])
    }

    /// Whether a record is to be computed.
    func isOpen(_ record: Int, of index: Int) -> Bool {
        if case .computed = recall.sources[firstRecords[index] + record] { true } else { false }
    }

    /// Says that a record's text is too long.
    mutating func refuse(_ record: Int, of index: Int) {
        recall.refuse(firstRecords[index] + record)
    }

    /// Says that a record was packed into the open batch.
    mutating func pack(_ record: Int, of index: Int, _ encoded: EncodedText, tokens: Int) {
        recall.settle(firstRecords[index] + record, row: packedTexts.count)
        packedTexts.append(encoded)
        outcomes[index].tokens += tokens
        waiting[index] += 1
        packed[index] += 1
    }

    /// Shares out what a batch cost: it held all that was waiting.
    mutating func charge(batchOf recordCount: Int, seconds: Double) {
        for index in waiting.indices where waiting[index] > 0 {
            outcomes[index].batches += 1
            outcomes[index].seconds.predict += seconds * Double(waiting[index]) / Double(recordCount)
            waiting[index] = 0
        }
    }

    /// Puts a block's answers in the order of its records, and remembers those that were computed.
    ///
    /// - Parameters:
    ///   - index: The block.
    ///   - rows: The computed answers of the whole group.
    mutating func close(_ index: Int, _ rows: PredictionRows) {
        let recordCount = outcomes[index].block.records.count
        outcomes[index].encoded.reserveCapacity(recordCount)
        outcomes[index].predictions.values.reserveCapacity(recordCount * columns)
        var run = 0..<0
        for record in firstRecords[index]..<firstRecords[index] + recordCount {
            let origin = recall.origin(of: record)
            switch origin {
            case .computed(.some(let row)):
                // Most answers follow one another, and are copied together.
                if row != run.upperBound {
                    outcomes[index].predictions.append(run, of: rows)
                    run = row..<row
                }
                run = run.lowerBound..<row + 1
                outcomes[index].encoded.append(packedTexts[row])
            case .recalled(let row, _):
                outcomes[index].predictions.append(run, of: rows)
                run = 0..<0
                outcomes[index].predictions.append(row..<row + 1, of: recall.recalledRows)
                outcomes[index].encoded.append(recall.recalledTexts[row])
            case .refused: tooLong[index].append(record - firstRecords[index])
            case .computed(nil), .repeated: preconditionFailure("every record was computed, recalled or refused")
            }
            count(record, origin, of: index)
        }
        outcomes[index].predictions.append(run, of: rows)
        remember(index, rows)
        if !tooLong[index].isEmpty { outcomes[index].block.fail(tooLong: tooLong[index]) }
    }

    private mutating func count(_ record: Int, _ origin: GroupRecall.Source, of index: Int) {
        switch (recall.sources[record], origin) {
        case (_, .recalled(_, isOwn: false)): outcomes[index].cached += 1
        case (_, .recalled(_, isOwn: true)), (.repeated, .computed): outcomes[index].deduplicated += 1
        default: break
        }
    }

    private mutating func remember(_ index: Int, _ rows: PredictionRows) {
        guard let scope = scopes[index] else { return }
        let records = firstRecords[index]..<firstRecords[index] + outcomes[index].block.records.count
        var answer: [UInt64] = []
        for record in records {
            guard case .computed(.some(let row)) = recall.sources[record] else { continue }
            answer.removeAll(keepingCapacity: true)
            guard PackedAnswer.append(record: row, of: rows, encoded: packedTexts[row], to: &answer) else { continue }
            let digest = recall.digest(of: record)
            scope.remember(digest, answer.span)
            if scope.keepsLearned {
                outcomes[index].learned += [digest.low, digest.high]
                outcomes[index].learned += answer
            }
        }
    }

    /// Tells a block's scope what looking for its records was worth, once all of that is known.
    func judge(_ index: Int) {
        guard let scope = scopes[index] else { return }
        let outcome = outcomes[index]
        let computeSeconds = outcome.seconds.encode + outcome.seconds.predict
        // Where nothing was computed, there is nothing to say what was saved; it was worth it.
        let secondsPerRecord = packed[index] > 0 ? computeSeconds / Double(packed[index]) : .infinity
        let found = outcome.deduplicated + outcome.cached
        scope.record(
            looked: outcome.block.records.count + outcome.block.failures.count,
            spentSeconds: outcome.recallSeconds,
            savedSeconds: found > 0 ? Double(found) * secondsPerRecord : 0
        )
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
