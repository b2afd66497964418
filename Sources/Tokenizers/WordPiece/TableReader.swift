/// Reads the numbers of a `UnicodeTables` string.
struct TableReader {
    private let text: StaticString
    private var position = 0

    init(_ text: StaticString) {
        self.text = text
    }

    /// The next number; nil at the end.
    mutating func next() -> UInt32? {
        text.withUTF8Buffer { bytes in
            var value: UInt32 = 0
            var shift: UInt32 = 0
            while position < bytes.count {
                let digit = UInt32(bytes[position]) &- 0x30
                position += 1
                // Line feeds and indentation lie below the digits.
                guard digit < 64 else { continue }
                value |= (digit & 31) << shift
                shift += 5
                if digit < 32 { return value }
            }
            return nil
        }
    }

    /// The next number, which the table is known to hold.
    mutating func number() -> UInt32 { next() ?? 0 }

    /// The next number, with its sign in the lowest bit.
    mutating func signed() -> UInt32 {
        let value = number()
        return value & 1 == 0 ? value >> 1 : 0 &- (value >> 1) &- 1
    }
}
