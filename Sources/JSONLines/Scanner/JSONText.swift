/// Turns the contents of JSON strings into text.
public enum JSONText {
    /// Appends the text of a string that was scanned.
    ///
    /// - Parameters:
    ///   - contents: The bytes between the quotation marks, as a scanner accepted them.
    ///   - output: Receives UTF-8; half a surrogate pair becomes U+FFFD.
    public static func appendUnescaped(_ contents: RawSpan, to output: inout [UInt8]) {
        contents.withUnsafeBytes { appendUnescaped($0, to: &output) }
    }

    static func appendUnescaped(_ contents: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        var rest = contents
        while let found = ByteSearch.first(UInt8(ascii: "\\"), in: rest) {
            output.append(contentsOf: rest[..<found])
            let escape = UnsafeRawBufferPointer(rebasing: rest[found...])
            rest = UnsafeRawBufferPointer(rebasing: escape[appendEscape(escape, to: &output)...])
        }
        output.append(contentsOf: rest)
    }

    /// Appends what the escape at the start of `bytes` stands for and returns its length in bytes.
    private static func appendEscape(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) -> Int {
        guard bytes.count >= 2 else { return bytes.count }
        switch bytes[1] {
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"): return appendUnicodeEscape(bytes, to: &output)
        default: output.append(bytes[1])
        }
        return 2
    }

    private static func appendUnicodeEscape(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) -> Int {
        guard let unit = codeUnit(bytes) else { return 2 }
        if UTF16.isLeadSurrogate(unit),
            let low = codeUnit(UnsafeRawBufferPointer(rebasing: bytes[6...])),
            UTF16.isTrailSurrogate(low)
        {
            let scalar = 0x1_0000 + ((UInt32(unit) & 0x3FF) << 10) + (UInt32(low) & 0x3FF)
            append(Unicode.Scalar(scalar) ?? "\u{FFFD}", to: &output)
            return 12
        }
        append(Unicode.Scalar(unit) ?? "\u{FFFD}", to: &output)
        return 6
    }

    /// The UTF-16 code unit of the `\uXXXX` at the start of `bytes`.
    private static func codeUnit(_ bytes: UnsafeRawBufferPointer) -> UInt16? {
        guard bytes.count >= 6, bytes[0] == UInt8(ascii: "\\"), bytes[1] == UInt8(ascii: "u") else { return nil }
        var unit: UInt16 = 0
        for index in 2..<6 {
            guard let digit = Hexadecimal.value(of: bytes[index]) else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    private static func append(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
        output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
}
