/// Cuts CSV files as batchd writes them into records: a line end within quotation marks ends none.
struct CSVRecordSplitter {
    private var record: [UInt8] = []
    private var isQuoted = false

    /// Takes the next bytes of a file.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - body: Gets every record that ends in them, without its line end.
    mutating func feed(_ bytes: ArraySlice<UInt8>, _ body: ([UInt8]) -> Void) {
        for byte in bytes {
            record.append(byte)
            // A doubled quotation mark leaves the quotes and enters them again.
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard byte == UInt8(ascii: "\n"), !isQuoted else { continue }
            record.removeLast()
            if record.last == UInt8(ascii: "\r") { record.removeLast() }
            body(record)
            record.removeAll(keepingCapacity: true)
        }
    }

    /// The cells of a record.
    ///
    /// - Parameter record: A record without its line end.
    /// - Returns: Each cell's text, and whether it stood in quotation marks.
    static func cells(of record: [UInt8]) -> [(text: String, isQuoted: Bool)] {
        var cells: [(text: String, isQuoted: Bool)] = []
        var cell: [UInt8] = []
        var (isQuoted, wasQuoted) = (false, false)
        for (index, byte) in record.enumerated() {
            switch byte {
            case UInt8(ascii: "\""):
                // The second one of two stands for itself.
                if !isQuoted, wasQuoted, index > 0, record[index - 1] == byte { cell.append(byte) }
                isQuoted.toggle()
                wasQuoted = true
            case UInt8(ascii: ",") where !isQuoted:
                cells.append((String(decoding: cell, as: UTF8.self), wasQuoted))
                cell.removeAll()
                wasQuoted = false
            default: cell.append(byte)
            }
        }
        return cells + [(String(decoding: cell, as: UTF8.self), wasQuoted)]
    }
}
