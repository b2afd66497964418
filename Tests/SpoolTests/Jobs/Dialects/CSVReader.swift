/// Reads CSV by the grammar of RFC 4180, section 2, and by nothing else.
struct CSVReader {
    struct Cell: Equatable {
        var text: String
        var isQuoted: Bool
    }

    struct Malformed: Error {
        var offset: Int
        var words: String
    }

    private let bytes: [UInt8]
    private var position = 0

    /// All records of a file.
    static func records(of bytes: [UInt8]) throws -> [[Cell]] {
        var reader = CSVReader(bytes: bytes)
        var records: [[Cell]] = []
        while reader.position < bytes.count { records.append(try reader.record()) }
        return records
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func record() throws -> [Cell] {
        var cells = [try cell()]
        while next == UInt8(ascii: ",") {
            position += 1
            cells.append(try cell())
        }
        guard bytes[position...].starts(with: "\r\n".utf8) else {
            throw Malformed(offset: position, words: "a record ends in CRLF")
        }
        position += 2
        return cells
    }

    private mutating func cell() throws -> Cell {
        var text: [UInt8] = []
        guard next == UInt8(ascii: "\"") else {
            while let byte = next, byte != UInt8(ascii: ","), byte != 0x0D, byte != 0x0A {
                guard byte != UInt8(ascii: "\"") else {
                    throw Malformed(offset: position, words: "a quotation mark in a cell without them")
                }
                text.append(byte)
                position += 1
            }
            return Cell(text: String(decoding: text, as: UTF8.self), isQuoted: false)
        }
        position += 1
        while let byte = next {
            position += 1
            guard byte == UInt8(ascii: "\"") else {
                text.append(byte)
                continue
            }
            guard next == byte else { return Cell(text: String(decoding: text, as: UTF8.self), isQuoted: true) }
            text.append(byte)
            position += 1
        }
        throw Malformed(offset: position, words: "a quotation mark is not closed")
    }
}
