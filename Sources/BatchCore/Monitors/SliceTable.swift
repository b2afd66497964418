/// What one value of a field brought: its records, and how often each label was given to them.
public struct SliceCounts: Sendable, Equatable, Codable {
    /// Records with a result.
    public var records: Int
    /// Results by label; labels that were never given are left out.
    public var labels: [String: Int]

    /// Creates counts.
    public init(records: Int = 0, labels: [String: Int] = [:]) {
        self.records = records
        self.labels = labels
    }

    /// Adds other counts.
    public mutating func add(_ other: SliceCounts) {
        records += other.records
        labels.merge(other.labels, uniquingKeysWith: +)
    }
}

/// How much a table of groups may hold.
///
/// A table lies in metrics.json, in done/KEY and in the footers of shards, and those of 28 jobs in memory.
public enum SliceLimits {
    /// Values that a table tells apart.
    public static let groupsMaximum = 10_000
    /// The longest value that is a group of its own, in bytes.
    public static let valueBytesMaximum = 256
    /// What all values and their labels may take, in bytes of JSON, roughly.
    public static let bytesMaximum = 1 << 20
    /// What a value takes beside its own bytes.
    static let bytesPerValue = 40
    /// What a count takes beside its label's bytes.
    static let bytesPerLabel = 8
}

/// Counts by the values of one field, within a fixed memory.
///
/// Values are told apart by their bytes. A table that is full is cut to its largest values; what does not fit is counted
/// in `other`. While records come in, a
/// table holds up to twice its limit, so that only values far below the last place are ever let go of: should such a
/// value come again, its count lacks what went to `other`. Tables of shards are made record by record and summed in the
/// order of the shards, so that a job's table does not depend on which shard was done first.
public struct SliceTable: Sendable, Equatable {
    /// The field of the input record.
    public let field: String
    /// What did not fit, and records without a usable value.
    public private(set) var other = SliceCounts()
    private var counts: [GroupValue: SliceCounts] = [:]
    private var bytes = 0

    /// Creates an empty table.
    public init(field: String) {
        self.field = field
    }

    /// The values in the order of the documents: most records first, then by value.
    public var values: [(value: GroupValue, counts: SliceCounts)] {
        counts.map { (value: $0.key, counts: $0.value) }.sorted(by: Self.isBefore)
    }

    /// The values that the table tells apart.
    public var groupCount: Int { counts.count }

    /// Whether values may have been let go of for want of room, so that `other` has their records too.
    public var mayLackValues: Bool {
        groupCount >= SliceLimits.groupsMaximum || bytes > SliceLimits.bytesMaximum / 2
    }

    /// The counts of a value; nil where it is not told apart.
    public subscript(value: GroupValue) -> SliceCounts? { counts[value] }

    /// Counts one record.
    ///
    /// - Parameters:
    ///   - value: The field's value; nil where the record has none that can be used.
    ///   - labels: The labels of its answer.
    public mutating func count(value: GroupValue?, labels: some Sequence<String>) {
        var one = SliceCounts(records: 1)
        for label in labels { one.labels[label, default: 0] += 1 }
        add(one, to: value)
    }

    /// Adds counts to a value.
    ///
    /// - Parameters:
    ///   - addition: The counts.
    ///   - value: The value; nil for none that can be used.
    public mutating func add(_ addition: SliceCounts, to value: GroupValue?) {
        guard let value, value.text.utf8.count <= SliceLimits.valueBytesMaximum else { return other.add(addition) }
        if var sum = counts[value] {
            for label in addition.labels.keys where sum.labels[label] == nil {
                bytes += label.utf8.count + SliceLimits.bytesPerLabel
            }
            sum.add(addition)
            counts[value] = sum
        } else {
            bytes += Self.bytes(of: value, addition)
            counts[value] = addition
        }
        if counts.count > 2 * SliceLimits.groupsMaximum || bytes > 2 * SliceLimits.bytesMaximum { cut() }
    }

    /// Adds another table of the same field.
    public mutating func add(_ table: SliceTable) {
        precondition(table.field == field, "tables of different fields cannot be summed")
        // Largest first, as in a document: a sum does not depend on how a table was made.
        for (value, counts) in table.values { add(counts, to: value) }
        other.add(table.other)
    }

    /// Cuts the table to its limits.
    public mutating func cut() {
        guard counts.count > SliceLimits.groupsMaximum || bytes > SliceLimits.bytesMaximum else { return }
        let ranked = values
        counts.removeAll(keepingCapacity: true)
        bytes = 0
        for (rank, entry) in ranked.enumerated() {
            let size = Self.bytes(of: entry.value, entry.counts)
            if rank < SliceLimits.groupsMaximum, bytes + size <= SliceLimits.bytesMaximum {
                counts[entry.value] = entry.counts
                bytes += size
            } else {
                other.add(entry.counts)
            }
        }
    }

    /// What a value occupies in a document, where a control character is six bytes.
    private static func jsonBytes(of value: GroupValue) -> Int {
        value.text.utf8.reduce(0) { sum, byte in
            sum + (byte < 0x20 ? 6 : byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? 2 : 1)
        }
    }

    private static func bytes(of value: GroupValue, _ counts: SliceCounts) -> Int {
        counts.labels.keys.reduce(Self.jsonBytes(of: value) + SliceLimits.bytesPerValue) {
            $0 + $1.utf8.count + SliceLimits.bytesPerLabel
        }
    }

    private static func isBefore(
        _ left: (value: GroupValue, counts: SliceCounts),
        _ right: (value: GroupValue, counts: SliceCounts)
    ) -> Bool {
        (right.counts.records, left.value) < (left.counts.records, right.value)
    }
}

extension SliceTable: Codable {
    private enum CodingKeys: String, CodingKey {
        case field
        case values
        case other
    }

    /// One entry of `values`.
    private struct Entry: Codable {
        var value: GroupValue
        var records: Int
        var labels: [String: Int]
    }

    /// Reads a table; what is beyond the limits is counted in `other`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(field: try container.decode(String.self, forKey: .field))
        for entry in try container.decode([Entry].self, forKey: .values) {
            add(SliceCounts(records: entry.records, labels: entry.labels), to: entry.value)
        }
        other.add(try container.decode(SliceCounts.self, forKey: .other))
        cut()
    }

    /// Writes a table, most records first.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(field, forKey: .field)
        let entries = values.map { Entry(value: $0.value, records: $0.counts.records, labels: $0.counts.labels) }
        try container.encode(entries, forKey: .values)
        try container.encode(other, forKey: .other)
    }
}
