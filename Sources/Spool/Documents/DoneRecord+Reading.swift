import BatchCore
import JSONLines

extension DoneRecord {
    /// Reads a record.
    ///
    /// The counts by group are never given to a decoder: of ten thousand groups that takes a tenth of a second, and a
    /// night's jobs are compared with hundreds of records.
    ///
    /// - Parameters:
    ///   - content: What was sealed.
    ///   - groups: Whether the counts by group are read too.
    /// - Throws: `DecodingError`.
    init(content: ArraySlice<UInt8>, withGroups groups: Bool) throws {
        do {
            guard let tables = try Self.placeOfGroups(in: content) else {
                self = try DocumentCoding.decode(DoneRecord.self, from: Array(content))
                return
            }
            let (start, end) = (content.startIndex + tables.lowerBound, content.startIndex + tables.upperBound)
            let rest = content[..<start] + Array("null".utf8) + content[end...]
            self = try DocumentCoding.decode(DoneRecord.self, from: Array(rest))
            if groups { metrics.slices = try SliceTable.tables(of: content[start..<end]) }
        } catch let error as JSONFormError {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: [], debugDescription: "it is no record of a job: \(error)")
            )
        }
    }

    /// Where `metrics.slices` lies; nil where there are none.
    private static func placeOfGroups(in content: ArraySlice<UInt8>) throws -> Range<Int>? {
        var found: Range<Int>?
        try JSONReader.read(content.span.bytes) { record in
            try record.object { key, record in
                guard key == "metrics" else { return _ = try record.skip() }
                try record.object { key, metrics in
                    let value = try metrics.skip()
                    if key == "slices" && value.kind == .array { found = value.range }
                }
            }
        }
        return found
    }
}

extension SliceTable {
    /// Reads tables as they are encoded; what is beyond the limits is counted in `other`.
    ///
    /// - Parameter json: An array of tables.
    /// - Returns: The tables.
    /// - Throws: `JSONFormError`.
    static func tables(of json: ArraySlice<UInt8>) throws -> [SliceTable] {
        var tables: [SliceTable] = []
        try JSONReader.read(json.span.bytes) { array in
            try array.array { tables.append(try SliceTable(reading: &$0)) }
        }
        return tables
    }

    private init(reading table: inout JSONReader) throws {
        var field: String?
        var other = SliceCounts()
        var values: [(value: String, counts: SliceCounts)] = []
        let start = table.offset
        try table.object { key, table in
            switch key {
            case "field": field = try table.string()
            case "other": other = try Self.entry(reading: &table).counts
            case "values":
                try table.array { element in
                    let entry = try Self.entry(reading: &element)
                    guard let value = entry.value else {
                        throw JSONFormError("a group with its value", at: element.offset)
                    }
                    values.append((value, entry.counts))
                }
            default: try table.skip()
            }
        }
        guard let field else { throw JSONFormError("a table with its field", at: start) }
        self.init(field: field)
        for (value, counts) in values { add(counts, to: GroupValue(value)) }
        add(other, to: nil)
        cut()
    }

    private static func entry(reading entry: inout JSONReader) throws -> (value: String?, counts: SliceCounts) {
        var value: String?
        var counts = SliceCounts()
        try entry.object { key, entry in
            switch key {
            case "value": value = try entry.string()
            case "records": counts.records = try entry.integer()
            case "labels": try entry.object { label, entry in counts.labels[label] = try entry.integer() }
            default: try entry.skip()
            }
        }
        return (value, counts)
    }
}
