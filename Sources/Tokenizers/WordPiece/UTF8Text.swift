/// Code points in UTF-8.
enum UTF8Text {
    /// Decodes the code point at the beginning of some bytes.
    ///
    /// - Parameters:
    ///   - bytes: The first byte.
    ///   - count: How many bytes there are, at least 1.
    /// - Returns: The code point and its length in bytes; U+FFFD and 1 for what is not UTF-8.
    @inline(__always)
    static func decode(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> (codePoint: UInt32, length: Int) {
        let lead = UInt32(bytes[0])
        if lead < 0x80 { return (lead, 1) }
        if lead < 0xE0 {
            guard count > 1, lead >= 0xC2, bytes[1] & 0xC0 == 0x80 else { return (0xFFFD, 1) }
            return ((lead & 0x1F) << 6 | UInt32(bytes[1] & 0x3F), 2)
        }
        if lead < 0xF0 {
            guard count > 2, bytes[1] & 0xC0 == 0x80, bytes[2] & 0xC0 == 0x80 else { return (0xFFFD, 1) }
            let codePoint = (lead & 0x0F) << 12 | UInt32(bytes[1] & 0x3F) << 6 | UInt32(bytes[2] & 0x3F)
            return codePoint < 0x800 || codePoint & 0xF800 == 0xD800 ? (0xFFFD, 1) : (codePoint, 3)
        }
        guard count > 3, bytes[1] & 0xC0 == 0x80, bytes[2] & 0xC0 == 0x80, bytes[3] & 0xC0 == 0x80 else {
            return (0xFFFD, 1)
        }
        let upper = (lead & 0x0F) << 18 | UInt32(bytes[1] & 0x3F) << 12
        let codePoint = upper | UInt32(bytes[2] & 0x3F) << 6 | UInt32(bytes[3] & 0x3F)
        return codePoint &- 0x10000 < 0x100000 ? (codePoint, 4) : (0xFFFD, 1)
    }

    /// Whether bytes are UTF-8 throughout.
    static func isValid(_ bytes: [UInt8]) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    /// The length of a code point that begins with a byte.
    @inline(__always)
    static func length(lead: UInt8) -> UInt32 {
        lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    }

    /// Calls `body` for each byte of a code point.
    @inline(__always)
    static func encode(_ codePoint: UInt32, _ body: (UInt8) -> Void) {
        if codePoint < 0x80 {
            body(UInt8(truncatingIfNeeded: codePoint))
            return
        }
        if codePoint < 0x800 {
            body(UInt8(truncatingIfNeeded: 0xC0 | codePoint >> 6))
        } else {
            if codePoint < 0x10000 {
                body(UInt8(truncatingIfNeeded: 0xE0 | codePoint >> 12))
            } else {
                body(UInt8(truncatingIfNeeded: 0xF0 | codePoint >> 18))
                body(UInt8(truncatingIfNeeded: 0x80 | codePoint >> 12 & 0x3F))
            }
            body(UInt8(truncatingIfNeeded: 0x80 | codePoint >> 6 & 0x3F))
        }
        body(UInt8(truncatingIfNeeded: 0x80 | codePoint & 0x3F))
    }

    /// How many code points lie between two bytes of valid UTF-8.
    static func codePoints(_ text: UnsafePointer<UInt8>, _ from: Int, _ to: Int) -> UInt32 {
        var count: UInt32 = 0
        for index in from..<max(from, to) where text[index] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// The code point that ends before a byte; nil at the beginning.
    static func codePoint(_ text: UnsafePointer<UInt8>, endingAt end: Int) -> (codePoint: UInt32, start: Int)? {
        guard end > 0 else { return nil }
        var start = end - 1
        while start > 0 && end - start < 4 && text[start] & 0xC0 == 0x80 { start -= 1 }
        return (decode(text + start, end - start).codePoint, start)
    }
}
