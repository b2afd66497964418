/// The tokens of several records end to end, with no padding between them.
///
/// A record is one sequence, or several where a long text was cut into windows. `tokens` is `[totalTokens]`;
/// sequence `s` is `tokens[ends[s - 1]..<ends[s]]`, and record `r` consists of the sequences
/// `recordEnds[r - 1]..<recordEnds[r]`. Records of different jobs lie side by side.
public struct PackedBatch: Sendable {
    /// Token ids of all sequences, end to end.
    public var tokens: [UInt32] = []

    /// The segment of each token, 0 for the text and 1 for its pair, in step with `tokens`; empty where the session
    /// does not tell segments apart.
    public var types: [UInt8] = []

    /// Where each token came from, in step with `tokens`; empty where the session does not need it.
    public var spans: [TokenSpanInText] = []

    /// The exclusive end of each sequence in `tokens`; ascending.
    public private(set) var ends: [Int] = []

    /// The exclusive end of each record in `ends`; ascending.
    public private(set) var recordEnds: [Int] = []

    /// Creates an empty batch with room for about `tokenCapacity` tokens.
    public init(tokenCapacity: Int = 0) {
        tokens.reserveCapacity(tokenCapacity)
    }

    /// The number of sequences.
    public var sequenceCount: Int { ends.count }

    /// The number of records.
    public var recordCount: Int { recordEnds.count }

    /// The sequences of a record, as indices into `ends`.
    public func sequences(ofRecord record: Int) -> Range<Int> {
        (record == 0 ? 0 : recordEnds[record - 1])..<recordEnds[record]
    }

    /// The tokens of a sequence.
    public func tokenRange(ofSequence sequence: Int) -> Range<Int> {
        (sequence == 0 ? 0 : ends[sequence - 1])..<ends[sequence]
    }

    /// Declares that every token since the last sequence belongs to one sequence, which may have none.
    public mutating func endSequence() {
        ends.append(tokens.count)
    }

    /// Declares that every sequence since the last record belongs to one record.
    ///
    /// Tokens that were added since the last sequence are closed as one, and a record without any sequence gets an
    /// empty one.
    public mutating func endRecord() {
        if tokens.count > (ends.last ?? 0) || ends.count == (recordEnds.last ?? 0) { ends.append(tokens.count) }
        recordEnds.append(ends.count)
    }

    /// Takes the last record out again.
    ///
    /// - Precondition: There is a record, and nothing was added after it.
    public mutating func removeLastRecord() {
        precondition(ends.count == recordEnds.last, "a sequence after the last record is not closed")
        recordEnds.removeLast()
        ends.removeLast(ends.count - (recordEnds.last ?? 0))
        let tokenCount = ends.last ?? 0
        tokens.removeLast(tokens.count - tokenCount)
        types.removeLast(max(types.count - tokenCount, 0))
        spans.removeLast(max(spans.count - tokenCount, 0))
    }

    /// Forgets all records and keeps the memory.
    public mutating func removeAll() {
        tokens.removeAll(keepingCapacity: true)
        types.removeAll(keepingCapacity: true)
        spans.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        recordEnds.removeAll(keepingCapacity: true)
    }
}
