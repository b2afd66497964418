/// Walks once through a JSON text whose form is known, and builds nothing of what it passes over.
///
/// For documents of which little is wanted, or so much that a decoder, which makes a dictionary of every object, takes
/// a hundred times as long. As strict as `RecordScanner` up to where it is led.
public struct JSONReader {
    private var cursor: JSONCursor

    /// Objects and arrays inside one another in a document; each takes a stack frame.
    private static let depthMaximum = 64

    /// Leads a reader through a text.
    ///
    /// - Parameters:
    ///   - text: UTF-8 JSON.
    ///   - body: Receives a reader that stands at the text's value.
    /// - Returns: What `body` returns.
    /// - Throws: `JSONFormError` where the text is empty, or what `body` throws.
    public static func read<Result>(_ text: RawSpan, _ body: (inout JSONReader) throws -> Result) throws -> Result {
        try text.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
                throw JSONFormError("JSON", at: 0)
            }
            var reader = JSONReader(base: base, count: bytes.count)
            reader.cursor.skipWhiteSpace()
            return try body(&reader)
        }
    }

    private init(base: UnsafePointer<UInt8>, count: Int) {
        cursor = JSONCursor(base: base, count: count, depthMaximum: Self.depthMaximum, keysMaximum: .max)
    }

    /// Where the reader stands, in bytes from the text's start.
    public var offset: Int { cursor.offset }

    /// Reads an object.
    ///
    /// - Parameter member: Is called with the key of each member and reads, or passes over, its value.
    /// - Throws: `JSONFormError` where there is none, or what `member` throws.
    public mutating func object(_ member: (_ key: String, inout JSONReader) throws -> Void) throws {
        guard cursor.consume(UInt8(ascii: "{")) else { throw JSONFormError("an object", at: cursor.offset) }
        cursor.skipWhiteSpace()
        if cursor.consume(UInt8(ascii: "}")) { return }
        repeat {
            let key = try string()
            try strictly { cursor throws(ScanFault) in try cursor.skipColon() }
            try member(key, &self)
        } while try hasNext(closing: UInt8(ascii: "}"))
    }

    /// Reads an array.
    ///
    /// - Parameter element: Is called for each element and reads it, or passes over it.
    /// - Throws: `JSONFormError` where there is none, or what `element` throws.
    public mutating func array(_ element: (inout JSONReader) throws -> Void) throws {
        guard cursor.consume(UInt8(ascii: "[")) else { throw JSONFormError("an array", at: cursor.offset) }
        cursor.skipWhiteSpace()
        if cursor.consume(UInt8(ascii: "]")) { return }
        repeat {
            try element(&self)
        } while try hasNext(closing: UInt8(ascii: "]"))
    }

    /// Reads a string.
    ///
    /// - Returns: Its text; half a surrogate pair is U+FFFD.
    /// - Throws: `JSONFormError` where there is none.
    public mutating func string() throws(JSONFormError) -> String {
        guard cursor.consume(UInt8(ascii: "\"")) else { throw JSONFormError("a string", at: cursor.offset) }
        let start = cursor.pointer
        let hasEscapes = try strictly { cursor throws(ScanFault) in try cursor.skipStringBody() }
        let contents = UnsafeRawBufferPointer(start: start, count: cursor.pointer - start - 1)
        guard hasEscapes else { return String(decoding: contents, as: UTF8.self) }
        var text: [UInt8] = []
        JSONText.appendUnescaped(contents, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads a whole number.
    ///
    /// - Returns: The number.
    /// - Throws: `JSONFormError` where there is none, or one that no `Int` holds.
    public mutating func integer() throws(JSONFormError) -> Int {
        let start = cursor.pointer
        let (kind, _) = try strictly { cursor throws(ScanFault) in try cursor.skipValue(depth: 0) }
        let digits = UnsafeBufferPointer(start: start, count: cursor.pointer - start)
        guard kind == .number, let number = Int(String(decoding: digits, as: UTF8.self)) else {
            throw JSONFormError("a whole number", at: start - cursor.base)
        }
        return number
    }

    /// Passes over a value.
    ///
    /// - Returns: What it is, and where it lies in the text, in bytes.
    /// - Throws: `JSONFormError` where it is no JSON.
    @discardableResult
    public mutating func skip() throws(JSONFormError) -> (kind: JSONKind, range: Range<Int>) {
        let start = cursor.offset
        let (kind, _) = try strictly { cursor throws(ScanFault) in try cursor.skipValue(depth: 0) }
        return (kind, start..<cursor.offset)
    }

    private mutating func hasNext(closing: UInt8) throws(JSONFormError) -> Bool {
        try strictly { cursor throws(ScanFault) in
            try cursor.skipComma(closing: closing, otherwise: .unexpectedByte)
        }
    }

    private mutating func strictly<Result>(
        _ step: (inout JSONCursor) throws(ScanFault) -> Result
    ) throws(JSONFormError) -> Result {
        do throws(ScanFault) {
            return try step(&cursor)
        } catch {
            throw JSONFormError("JSON", at: error.offset)
        }
    }
}

/// A JSON text that has not the form that its reader knows.
public struct JSONFormError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was expected.
    public let expected: String
    /// Where, in bytes from the text's start.
    public let offset: Int

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - expected: What was expected.
    ///   - offset: Where, in bytes from the text's start.
    public init(_ expected: String, at offset: Int) {
        self.expected = expected
        self.offset = offset
    }

    /// "expected an object at byte 17".
    public var description: String { "expected \(expected) at byte \(offset)" }
}
