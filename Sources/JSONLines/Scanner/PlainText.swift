/// Finds the end of a run of bytes that stand for themselves in a JSON string.
enum PlainText {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// The first control character, quotation mark, backslash or byte beyond ASCII, or `end`.
    @inline(__always)
    static func skip(from start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var pointer = start
        while end - pointer >= 8 {
            let word = load(pointer)
            let special = (candidates(word) | word) & highBits
            if special != 0 { return pointer + special.trailingZeroBitCount / 8 }
            pointer += 8
        }
        while pointer < end, pointer.pointee < 0x80, !mustBeEscaped(pointer.pointee) { pointer += 1 }
        return pointer
    }

    /// The first control character, quotation mark or backslash, or `end`; bytes beyond ASCII are passed over.
    @inline(__always)
    static func skipUnescaped(
        from start: UnsafePointer<UInt8>,
        to end: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8> {
        var pointer = start
        while end - pointer >= 8 {
            let word = load(pointer)
            let special = candidates(word) & ~word & highBits
            if special != 0 { return pointer + special.trailingZeroBitCount / 8 }
            pointer += 8
        }
        while pointer < end, !mustBeEscaped(pointer.pointee) { pointer += 1 }
        return pointer
    }

    @inline(__always)
    private static func mustBeEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    @inline(__always)
    private static func load(_ pointer: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(pointer).loadUnaligned(as: UInt64.self))
    }

    /// Sets the high bit of each ASCII byte that must be escaped; of the marks, the lowest is exact, because a borrow
    /// starts at such a byte only and travels upwards.
    @inline(__always)
    private static func candidates(_ word: UInt64) -> UInt64 {
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        return (word &- ones &* 0x20) | (quotes &- ones) | (backslashes &- ones)
    }
}
