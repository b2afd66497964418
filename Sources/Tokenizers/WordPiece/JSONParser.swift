/// Reads one JSON document (RFC 8259) from bytes that nobody vouches for.
struct JSONParser {
    /// Deeper nesting is refused, which bounds the stack.
    static let depthMaximum = 64

    private let bytes: [UInt8]
    private let source: String
    private var position = 0

    private init(_ bytes: [UInt8], source: String) {
        self.bytes = bytes
        self.source = source
    }

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - bytes: The document.
    ///   - source: What to call it in messages.
    /// - Returns: The document.
    /// - Throws: `TokenizerError` with `malformed`.
    static func parse(_ bytes: [UInt8], source: String) throws(TokenizerError) -> JSONValue {
        var parser = JSONParser(bytes, source: source)
        let value = try parser.value(depth: 0)
        parser.skipBlanks()
        guard parser.position == bytes.count else { throw parser.problem("something follows the document") }
        return value
    }

    private func problem(_ what: String) -> TokenizerError {
        TokenizerError(.malformed, "\(source) is not valid JSON: \(what) at byte \(position). Copy the file again.")
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func expect(_ byte: UInt8) throws(TokenizerError) {
        skipBlanks()
        guard current == byte else { throw problem("'\(UnicodeScalar(byte))' is expected") }
        position += 1
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(TokenizerError) -> JSONValue {
        guard depth < Self.depthMaximum else { throw problem("nesting is deeper than \(Self.depthMaximum)") }
        skipBlanks()
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw problem("the document ends")
        default: return try number()
        }
    }

    private mutating func word(_ spelling: String, _ value: JSONValue) throws(TokenizerError) -> JSONValue {
        guard bytes[position...].starts(with: spelling.utf8) else { throw problem("'\(spelling)' is expected") }
        position += spelling.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(TokenizerError) -> JSONValue {
        position += 1
        var members: [JSONValue.Member] = []
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipBlanks()
            guard current == UInt8(ascii: "\"") else { throw problem("a key is expected") }
            let key = try string()
            try expect(UInt8(ascii: ":"))
            members.append(JSONValue.Member(key: key, value: try value(depth: depth + 1)))
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
        return .object(members)
    }

    private mutating func array(depth: Int) throws(TokenizerError) -> JSONValue {
        position += 1
        var values: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return .array(values) }
        repeat {
            values.append(try value(depth: depth + 1))
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
        return .array(values)
    }
}

// MARK: - Numbers

extension JSONParser {
    private mutating func number() throws(TokenizerError) -> JSONValue {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        let integerStart = position
        let digits = skipDigits()
        guard digits > 0, digits == 1 || bytes[integerStart] != UInt8(ascii: "0") else {
            throw problem("a value is expected")
        }
        let integerEnd = position
        if current == UInt8(ascii: ".") {
            position += 1
            guard skipDigits() > 0 else { throw problem("a digit is expected") }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() > 0 else { throw problem("a digit is expected") }
        }
        guard position == integerEnd else { return .fraction }
        return Int(String(decoding: bytes[start..<position], as: UTF8.self)).map { .integer($0) } ?? .fraction
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = current, byte &- UInt8(ascii: "0") < 10 { position += 1 }
        return position - start
    }
}

// MARK: - Strings

extension JSONParser {
    private mutating func string() throws(TokenizerError) -> [UInt8] {
        let start = position
        position += 1
        var content: [UInt8] = []
        var plainStart = position
        while let byte = current, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw problem("a string holds an unescaped control character") }
            guard byte == UInt8(ascii: "\\") else {
                position += 1
                continue
            }
            content += bytes[plainStart..<position]
            position += 1
            try appendEscape(to: &content)
            plainStart = position
        }
        guard current != nil else { throw problem("the string that begins at byte \(start) has no end") }
        content += bytes[plainStart..<position]
        position += 1
        guard UTF8Text.isValid(content) else { throw problem("the string before is not valid UTF-8") }
        return content
    }

    private mutating func appendEscape(to content: inout [UInt8]) throws(TokenizerError) {
        let escape = current
        position += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(escape ?? 0)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"): try appendUnicodeEscape(to: &content)
        default: throw problem("an unknown escape")
        }
    }

    private mutating func appendUnicodeEscape(to content: inout [UInt8]) throws(TokenizerError) {
        var codePoint = try fourDigits()
        if codePoint & 0xFC00 == 0xD800, bytes[position...].starts(with: [0x5C, 0x75]) {
            position += 2
            let low = try fourDigits()
            guard low & 0xFC00 == 0xDC00 else { throw problem("half of a surrogate pair") }
            codePoint = 0x10000 + (codePoint & 0x3FF) << 10 + low & 0x3FF
        }
        guard let scalar = UnicodeScalar(codePoint) else { throw problem("half of a surrogate pair") }
        content += UTF8.encode(scalar).map(Array.init) ?? []
    }

    private mutating func fourDigits() throws(TokenizerError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = UnicodeScalar(byte).properties.isASCIIHexDigit ? byte : nil else {
                throw problem("four hexadecimal digits are expected")
            }
            value = value << 4 | UInt32(digit & 0x0F) + (digit >= 0x40 ? 9 : 0)
            position += 1
        }
        return value
    }
}
