/// The members of an object that was scanned before; for rare paths, because it allocates.
enum ObjectMembers {
    /// One member: the text of its key, and its bytes from the key's quotation mark to the value's end.
    struct Member {
        var key: [UInt8]
        var range: Range<Int>
    }

    /// The members of an object in their order.
    ///
    /// - Parameters:
    ///   - object: The line, a valid object.
    ///   - limits: The limits it was scanned with.
    /// - Returns: Its members, duplicates included.
    /// - Throws: `ScanFault` where the line is no valid object after all.
    static func all(in object: UnsafeRawBufferPointer, limits: InputLimits) throws(ScanFault) -> [Member] {
        guard let base = object.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return [] }
        var cursor = JSONCursor(
            base: base,
            count: object.count,
            depthMaximum: limits.depthMaximum,
            keysMaximum: limits.keysPerObjectMaximum
        )
        var members: [Member] = []
        cursor.skipWhiteSpace()
        guard cursor.consume(UInt8(ascii: "{")) else { throw cursor.fault(.unexpectedByte) }
        cursor.skipWhiteSpace()
        if cursor.consume(UInt8(ascii: "}")) { return [] }
        repeat {
            members.append(try nextMember(&cursor))
        } while try cursor.skipComma(closing: UInt8(ascii: "}"), otherwise: .expectedCommaOrBrace)
        return members
    }

    private static func nextMember(_ cursor: inout JSONCursor) throws(ScanFault) -> Member {
        let start = cursor.offset
        guard cursor.consume(UInt8(ascii: "\"")) else { throw cursor.fault(.expectedKey) }
        let keyStart = cursor.pointer
        _ = try cursor.skipStringBody()
        let contents = UnsafeRawBufferPointer(start: keyStart, count: cursor.pointer - keyStart - 1)
        try cursor.skipColon()
        _ = try cursor.skipValue(depth: 1)
        var key: [UInt8] = []
        JSONText.appendUnescaped(contents, to: &key)
        return Member(key: key, range: start..<cursor.offset)
    }
}
