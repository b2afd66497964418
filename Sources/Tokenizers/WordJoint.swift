/// Where a tokenizer cuts and a reader does not: `don't` and `well-made` are one word each.
public enum WordJoint {
    /// Whether what ends before a byte and what begins there belong to one word.
    ///
    /// - Parameters:
    ///   - text: Valid UTF-8.
    ///   - byte: The start of a code point.
    /// - Returns: True between two letters, digits, apostrophes or hyphens; false beside CJK characters, and at the
    ///   text's beginning and end.
    public static func joins(_ text: Span<UInt8>, at byte: Int) -> Bool {
        guard byte > 0, byte < text.count else { return false }
        return text.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress, let before = UTF8Text.codePoint(base, endingAt: byte) else {
                return false
            }
            let after = UTF8Text.decode(base + byte, bytes.count - byte)
            return CharacterTable.isWithinWords(before.codePoint) && CharacterTable.isWithinWords(after.codePoint)
        }
    }
}
