/// Base64 with the standard alphabet and padding (RFC 4648, section 4).
public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each byte of the alphabet, 255 for all others.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()

    /// Appends the encoded form of bytes.
    ///
    /// - Parameters:
    ///   - bytes: Any bytes.
    ///   - output: Receives four characters for every three bytes begun.
    public static func append(_ bytes: RawSpan, to output: inout [UInt8]) {
        bytes.withUnsafeBytes { append($0, to: &output) }
    }

    static func append(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + (bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group = UInt32(bytes[start]) << 16
            if count > 1 { group |= UInt32(bytes[start + 1]) << 8 }
            if count > 2 { group |= UInt32(bytes[start + 2]) }
            output.append(alphabet[Int(group >> 18)])
            output.append(alphabet[Int(group >> 12 & 63)])
            output.append(count > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
            output.append(count > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "="))
        }
    }

    /// Appends the decoded form of characters.
    ///
    /// - Parameters:
    ///   - characters: Whole groups of four, padded; nothing else.
    ///   - output: Receives the bytes; unchanged where the characters are not Base64.
    /// - Returns: Whether the characters are Base64 in its one canonical form.
    public static func appendDecoded(_ characters: RawSpan, to output: inout [UInt8]) -> Bool {
        characters.withUnsafeBytes { appendDecoded($0, to: &output) }
    }

    static func appendDecoded(_ characters: UnsafeRawBufferPointer, to output: inout [UInt8]) -> Bool {
        guard characters.count.isMultiple(of: 4) else { return false }
        let start = output.count
        for group in stride(from: 0, to: characters.count, by: 4) {
            let isLast = group + 4 == characters.count
            if !appendGroup(characters, at: group, isLast: isLast, to: &output) {
                output.removeSubrange(start...)
                return false
            }
        }
        return true
    }

    private static func appendGroup(
        _ characters: UnsafeRawBufferPointer,
        at start: Int,
        isLast: Bool,
        to output: inout [UInt8]
    ) -> Bool {
        var padding = 0
        if isLast && characters[start + 3] == UInt8(ascii: "=") {
            padding = characters[start + 2] == UInt8(ascii: "=") ? 2 : 1
        }
        var group: UInt32 = 0
        for position in 0..<4 {
            let value = position < 4 - padding ? values[Int(characters[start + position])] : 0
            guard value < 64 else { return false }
            group = group << 6 | UInt32(value)
        }
        // Bits behind the last byte must be zero, else two spellings would decode to the same bytes.
        guard group & (padding == 0 ? 0 : padding == 1 ? 0xFF : 0xFFFF) == 0 else { return false }
        output.append(UInt8(truncatingIfNeeded: group >> 16))
        if padding < 2 { output.append(UInt8(truncatingIfNeeded: group >> 8)) }
        if padding < 1 { output.append(UInt8(truncatingIfNeeded: group)) }
        return true
    }
}
