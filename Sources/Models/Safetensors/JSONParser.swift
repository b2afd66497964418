/// Reads one JSON document that nobody vouches for: strict, of bounded depth, and without names that come twice.
///
/// A name that comes twice is refused, because readers disagree about which of the two counts, and a tensor or a size
/// must mean one thing.
struct JSONParser {
    /// Arrays and objects inside each other at most.
    static let depthMaximum = 64

    private let bytes: [UInt8]
    private let source: String
    private var position = 0
    private var depth = 0

    private init(bytes: [UInt8], source: String) {
        self.bytes = bytes
        self.source = source
    }

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - bytes: The whole document; white space around it is allowed.
    ///   - source: What errors call it.
    /// - Returns: Its value.
    /// - Throws: `ModelError` with the byte where it is no JSON.
    static func parse(_ bytes: [UInt8], source: String) throws(ModelError) -> JSONValue {
        var parser = JSONParser(bytes: bytes, source: source)
        let value = try parser.value()
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.fault("something follows the value") }
        return value
    }

    private func fault(_ what: String) -> ModelError {
        ModelError(.corrupt, "\(source) is not JSON that can be used: \(what) at byte \(position). Copy it again.")
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func value() throws(ModelError) -> JSONValue {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw fault("it ends")
        default: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(ModelError) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw fault("no value begins") }
        position += word.utf8.count
        return value
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func enter() throws(ModelError) {
        depth += 1
        guard depth <= Self.depthMaximum else { throw fault("it is more than \(Self.depthMaximum) levels deep") }
        position += 1
    }

    private mutating func object() throws(ModelError) -> [String: JSONValue] {
        try enter()
        defer { depth -= 1 }
        var members: [String: JSONValue] = [:]
        if take(UInt8(ascii: "}")) { return members }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw fault("a name is missing") }
            let name = try string()
            guard take(UInt8(ascii: ":")) else { throw fault("a colon is missing") }
            guard members.updateValue(try value(), forKey: name) == nil else {
                throw fault("the name '\(name)' comes a second time before what ends")
            }
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw fault("a comma or '}' is missing") }
        return members
    }

    private mutating func array() throws(ModelError) -> [JSONValue] {
        try enter()
        defer { depth -= 1 }
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return elements }
        repeat {
            elements.append(try value())
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw fault("a comma or ']' is missing") }
        return elements
    }
}

// MARK: - Numbers and strings

extension JSONParser {
    private mutating func digits() throws(ModelError) -> Int {
        let begin = position
        while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
        guard position > begin else { throw fault("no value begins") }
        return position - begin
    }

    private mutating func number() throws(ModelError) -> JSONValue {
        let begin = position
        if current == UInt8(ascii: "-") { position += 1 }
        let leadsWithZero = current == UInt8(ascii: "0")
        guard try digits() == 1 || !leadsWithZero else { throw fault("a number with a leading zero ends") }
        var isInteger = true
        if current == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            _ = try digits()
        }
        if let byte = current, byte | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if let sign = current, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            _ = try digits()
        }
        let text = String(decoding: bytes[begin..<position], as: UTF8.self)
        if isInteger, let value = Int(text) { return .integer(value) }
        guard let value = Double(text) else { throw fault("a number that cannot be read ends") }
        return .number(value)
    }

    private mutating func string() throws(ModelError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = current, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw fault("a control character stands in a string") }
            if byte == UInt8(ascii: "\\") {
                try escape(into: &text)
            } else {
                text.append(byte)
                position += 1
            }
        }
        guard current != nil else { throw fault("a string does not end before the document does") }
        position += 1
        guard let string = String(validating: text, as: UTF8.self) else {
            throw fault("a string that is no UTF-8 ends")
        }
        return string
    }

    private mutating func escape(into text: inout [UInt8]) throws(ModelError) {
        position += 1
        guard let letter = current else { throw fault("it ends") }
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(Character(try scalar())).utf8)
        default: throw fault("an unknown escape stands in a string")
        }
    }

    private mutating func scalar() throws(ModelError) -> Unicode.Scalar {
        var value = UInt32(try codeUnit())
        if (0xD800...0xDBFF).contains(value) {
            guard bytes[position...].starts(with: "\\u".utf8) else { throw fault("half a surrogate pair ends") }
            position += 2
            let low = UInt32(try codeUnit())
            guard (0xDC00...0xDFFF).contains(low) else { throw fault("half a surrogate pair ends") }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw fault("half a surrogate pair ends") }
        return scalar
    }

    private mutating func codeUnit() throws(ModelError) -> UInt16 {
        guard bytes.count - position >= 4,
            bytes[position..<(position + 4)].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: bytes[position..<(position + 4)], as: UTF8.self), radix: 16)
        else { throw fault("four hexadecimal digits are missing") }
        position += 4
        return unit
    }
}
