import BatchCore
import JSONLines

/// One piece of every line: fixed bytes, then a value. Trivial, so that a line costs no reference counting.
struct ResultPiece {
    var prefix: Range<Int>
    var value: Value

    enum Value {
        case field(OutputField)
        case passed(Int)
    }
}

/// What result lines are made of, as plain memory: an array would be retained for each value of each line.
struct ResultSource {
    let pieces: UnsafeBufferPointer<ResultPiece>
    let fragments: UnsafeBufferPointer<UInt8>
    let labels: UnsafeBufferPointer<Range<Int>>
    let records: UnsafeBufferPointer<InputRecord>
    let bytes: UnsafeBufferPointer<UInt8>
    let texts: UnsafeBufferPointer<UInt8>
    let passed: UnsafeBufferPointer<Range<Int>>
    let encoded: UnsafeBufferPointer<EncodedText>
    /// `[records, columns]`.
    let values: UnsafeBufferPointer<Float>
    let columns: Int
    let entities: UnsafeBufferPointer<EntitySpan>
    let entityEnds: UnsafeBufferPointer<Int>
    let stretches: UnsafeBufferPointer<ExplainedStretch>
    let stretchEnds: UnsafeBufferPointer<Int>

    /// The row of a record.
    func row(of record: Int) -> Range<Int> { record * columns..<(record + 1) * columns }

    /// The most probable label; of equal ones the first.
    func bestLabel(of record: Int) -> Int {
        let start = record * columns
        var best = 0
        for label in 1..<max(columns, 1) where values[start + label] > values[start + best] { best = label }
        return best
    }

    /// The text of a record.
    func textRange(of record: Int) -> Range<Int> {
        (record == 0 ? 0 : records[record - 1].pairEnd)..<records[record].textEnd
    }

    /// The entities of a record.
    func entities(of record: Int) -> Slice<UnsafeBufferPointer<EntitySpan>> {
        entities[(record == 0 ? 0 : entityEnds[record - 1])..<entityEnds[record]]
    }

    /// What explains the answer to a record.
    func stretches(of record: Int) -> Slice<UnsafeBufferPointer<ExplainedStretch>> {
        stretches[(record == 0 ? 0 : stretchEnds[record - 1])..<stretchEnds[record]]
    }

    /// Lends the memory of an outcome and of a formatter's fixed parts.
    static func with(
        _ outcome: ShardOutcome,
        pieces: [ResultPiece],
        fragments: [UInt8],
        labels: [Range<Int>],
        _ body: (ResultSource) -> Void
    ) {
        let block = outcome.block
        let rows = outcome.predictions
        pieces.withUnsafeBufferPointer { pieces in
            fragments.withUnsafeBufferPointer { fragments in
                labels.withUnsafeBufferPointer { labels in
                    block.records.withUnsafeBufferPointer { records in
                        block.bytes.withUnsafeBufferPointer { bytes in
                            block.texts.withUnsafeBufferPointer { texts in
                                block.passedFields.withUnsafeBufferPointer { passed in
                                    outcome.encoded.withUnsafeBufferPointer { encoded in
                                        rows.values.withUnsafeBufferPointer { values in
                                            rows.entities.withUnsafeBufferPointer { entities in
                                                lend(rows.entityEnds, outcome.explanations) { ends in
                                                    body(
                                                        ResultSource(
                                                            pieces: pieces,
                                                            fragments: fragments,
                                                            labels: labels,
                                                            records: records,
                                                            bytes: bytes,
                                                            texts: texts,
                                                            passed: passed,
                                                            encoded: encoded,
                                                            values: values,
                                                            columns: rows.columns,
                                                            entities: entities,
                                                            entityEnds: ends.entities,
                                                            stretches: ends.explained,
                                                            stretchEnds: ends.stretches
                                                        )
                                                    )
                                                }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    /// Part of the above.
    private static func lend(
        _ entityEnds: [Int],
        _ explanations: ExplanationRows,
        _ body: (
            (
                entities: UnsafeBufferPointer<Int>, explained: UnsafeBufferPointer<ExplainedStretch>,
                stretches: UnsafeBufferPointer<Int>
            )
        ) -> Void
    ) {
        entityEnds.withUnsafeBufferPointer { entities in
            explanations.stretches.withUnsafeBufferPointer { explained in
                explanations.ends.withUnsafeBufferPointer { body((entities, explained, $0)) }
            }
        }
    }
}
