/// Checks lines strictly in one pass and takes out the values of wanted top-level keys.
///
/// Strict is RFC 8259 and UTF-8 without overlong forms, surrogates and code points beyond U+10FFFF. A key counts by its
/// text, whatever escapes it is written with; of duplicates the last wins. A `\u` escape of half a surrogate pair is
/// valid JSON and becomes U+FFFD as text.
public struct RecordScanner: Sendable {
    private struct WantedKey {
        var start: Int
        var count: Int
        /// The first eight bytes, little-endian, zero beyond the end.
        var prefix: UInt64
    }

    private let keyBytes: [UInt8]
    private let keys: [WantedKey]
    private let limits: InputLimits

    /// Creates a scanner.
    ///
    /// - Parameters:
    ///   - keys: The top-level keys to take out, without repeats; their order is that of `ScannedRecord.values`.
    ///   - limits: The limits on depth and on keys of an object.
    public init(keys: [String], limits: InputLimits = InputLimits()) {
        precondition(Set(keys).count == keys.count, "A key is wanted once.")
        precondition((1...512).contains(limits.depthMaximum), "Each depth takes a stack frame.")
        var bytes: [UInt8] = []
        self.keys = keys.map { key in
            let start = bytes.count
            bytes.append(contentsOf: key.utf8)
            return WantedKey(start: start, count: key.utf8.count, prefix: Self.prefix(of: key.utf8))
        }
        keyBytes = bytes
        self.limits = limits
    }

    private static func prefix(of bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.prefix(8).enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
    }

    /// Checks one line.
    ///
    /// - Parameters:
    ///   - line: The line without its terminator.
    ///   - record: Overwritten with the wanted values; of no use where the line fails.
    /// - Returns: Why the line is no record, or nil.
    public func scan(_ line: RawSpan, into record: inout ScannedRecord) -> ScanFailure? {
        line.withUnsafeBytes { bytes in
            do throws(ScanFault) {
                if record.values.count != keys.count {
                    record.values = [ScannedValue](repeating: ScannedValue(), count: keys.count)
                }
                let isObject = try record.values.withUnsafeMutableBufferPointer { values throws(ScanFault) in
                    try scan(bytes, into: values)
                }
                return isObject ? nil : Self.notAnObject
            } catch {
                // Whatever the grammar said first: a line that is not UTF-8 is kept in another way.
                guard let offset = UTF8Sequence.firstInvalidOffset(in: bytes) else {
                    return error.failure(limits: limits)
                }
                return ScanFault(reason: .notUTF8, offset: offset).failure(limits: limits)
            }
        }
    }

    private static let notAnObject = ScanFailure(
        code: .notAnObject,
        reason: "The line is valid JSON, but a record must be an object.",
        offset: 0
    )

    /// Checks a line; false where it is valid but no object.
    @inline(__always)
    private func scan(
        _ bytes: UnsafeRawBufferPointer,
        into values: UnsafeMutableBufferPointer<ScannedValue>
    ) throws(ScanFault) -> Bool {
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), !bytes.isEmpty else {
            throw ScanFault(reason: .emptyLine, offset: 0)
        }
        var cursor = JSONCursor(
            base: base,
            count: bytes.count,
            depthMaximum: limits.depthMaximum,
            keysMaximum: limits.keysPerObjectMaximum
        )
        cursor.skipWhiteSpace()
        guard cursor.pointer < cursor.end else { throw cursor.fault(.emptyLine) }
        let isObject = cursor.pointer.pointee == UInt8(ascii: "{")
        if isObject {
            try scanMembers(&cursor, into: values)
        } else {
            if cursor.pointer.pointee == 0xEF { throw cursor.fault(.byteOrderMark) }
            _ = try cursor.skipValue(depth: 0)
        }
        cursor.skipWhiteSpace()
        guard cursor.pointer == cursor.end else { throw cursor.fault(.trailingBytes) }
        return isObject
    }

    /// Walks through the members of the top-level object.
    @inline(__always)
    private func scanMembers(
        _ cursor: inout JSONCursor,
        into values: UnsafeMutableBufferPointer<ScannedValue>
    ) throws(ScanFault) {
        for index in values.indices { values[index] = ScannedValue() }
        cursor.pointer += 1
        cursor.skipWhiteSpace()
        if cursor.consume(UInt8(ascii: "}")) { return }
        var count = 0
        while true {
            count += 1
            guard count <= cursor.keysMaximum else { throw cursor.fault(.tooManyKeys) }
            guard cursor.consume(UInt8(ascii: "\"")) else { throw cursor.fault(.expectedKey) }
            let keyStart = cursor.pointer
            let keyHasEscapes = try cursor.skipStringBody()
            let key = UnsafeBufferPointer(start: keyStart, count: cursor.pointer - keyStart - 1)
            try cursor.skipColon()
            let start = cursor.offset
            let (kind, hasEscapes) = try cursor.skipValue(depth: 1)
            if let index = wantedIndex(of: key, hasEscapes: keyHasEscapes, end: cursor.end) {
                values[index] = ScannedValue(kind: kind, hasEscapes: hasEscapes, range: start..<cursor.offset)
            }
            if try !cursor.skipComma(closing: UInt8(ascii: "}"), otherwise: .expectedCommaOrBrace) { return }
        }
    }

    /// The index of a wanted key; `end` bounds what may be read behind the key.
    @inline(__always)
    private func wantedIndex(
        of key: UnsafeBufferPointer<UInt8>,
        hasEscapes: Bool,
        end: UnsafePointer<UInt8>
    ) -> Int? {
        if hasEscapes {
            var text: [UInt8] = []
            JSONText.appendUnescaped(UnsafeRawBufferPointer(key), to: &text)
            return text.withUnsafeBufferPointer { wantedIndex(ofText: $0, prefix: Self.prefix(of: $0)) }
        }
        guard let start = key.baseAddress, end - start >= 8 else {
            return wantedIndex(ofText: key, prefix: Self.prefix(of: key))
        }
        let word = UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
        let mask = key.count >= 8 ? UInt64.max : (UInt64(1) << UInt64(8 * key.count)) - 1
        return wantedIndex(ofText: key, prefix: word & mask)
    }

    @inline(__always)
    private func wantedIndex(ofText key: UnsafeBufferPointer<UInt8>, prefix: UInt64) -> Int? {
        for index in keys.indices where keys[index].count == key.count && keys[index].prefix == prefix {
            let start = keys[index].start
            if key.count <= 8 || keyBytes[start..<start + key.count].elementsEqual(key) { return index }
        }
        return nil
    }
}
