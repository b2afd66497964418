/// The tokens of several records end to end, with no padding between them.
///
/// `tokens` is `[totalTokens]` and `ends[i]` is where record `i` stops, so a record's tokens are
/// `tokens[ends[i - 1]..<ends[i]]`. Records of different jobs lie side by side.
public struct PackedBatch: Sendable {
    /// Token ids of all records, end to end.
    public var tokens: [UInt32] = []

    /// The exclusive end of each record in `tokens`; ascending.
    public private(set) var ends: [Int] = []

    /// Creates an empty batch with room for about `tokenCapacity` tokens.
    public init(tokenCapacity: Int = 0) {
        tokens.reserveCapacity(tokenCapacity)
    }

    /// The number of records.
    public var recordCount: Int { ends.count }

    /// Declares that every token since the last call belongs to one record, which may have none.
    public mutating func endRecord() {
        ends.append(tokens.count)
    }

    /// Forgets all records and keeps the memory.
    public mutating func removeAll() {
        tokens.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }
}
