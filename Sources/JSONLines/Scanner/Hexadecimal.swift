/// Hexadecimal digits of either case.
enum Hexadecimal {
    /// The value of a digit, nil for any other byte.
    static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Whether each of four bytes is a digit: comparisons as additions, whose result is the byte's high bit.
    @inline(__always)
    static func areDigits(_ word: UInt32) -> Bool {
        let highBits: UInt32 = 0x8080_8080
        guard word & highBits == 0 else { return false }
        let lower = word | 0x2020_2020
        let decimal = (word + 0x5050_5050) & ~(word + 0x4646_4646)
        let alphabetic = (lower + 0x1F1F_1F1F) & ~(lower + 0x1919_1919)
        return (decimal | alphabetic) & highBits == highBits
    }
}
