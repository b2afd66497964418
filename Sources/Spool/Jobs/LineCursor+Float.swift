import JSONLines

extension LineCursor {
    /// The most bytes that `appendFloat` writes, "-1.1754944e-38" and its like.
    static let floatBytesMaximum = 16

    /// Writes the shortest decimal that reads back as the same float32; `null` where it is not finite, which JSON
    /// cannot say.
    mutating func appendFloat(_ value: Float) {
        guard value.isFinite else { return append("null") }
        var text = value.description
        text.withUTF8 { digits in
            precondition(digits.count <= Self.floatBytesMaximum, "a float32 has nine digits at most")
            append(digits, 0..<digits.count)
        }
    }

    /// Writes values as a string, base64 of their float32 bytes, little-endian
    /// (https://www.rfc-editor.org/rfc/rfc4648#section-4).
    mutating func appendBase64(of values: UnsafeBufferPointer<Float>, _ range: Range<Int>) {
        append(UInt8(ascii: "\""))
        // Six bits make a digit; `held` keeps those that are left of the values so far.
        var held: UInt64 = 0
        var heldBits = 0
        for index in range {
            held = held << 32 | UInt64(values[index].bitPattern.byteSwapped)
            heldBits += 32
            while heldBits >= 6 {
                heldBits -= 6
                append(Self.base64Digit(UInt8(truncatingIfNeeded: held >> UInt64(heldBits)) & 63))
            }
        }
        if heldBits > 0 {
            append(Self.base64Digit(UInt8(truncatingIfNeeded: held << UInt64(6 - heldBits)) & 63))
            // Four bits are left of one byte in three, two of two.
            append(heldBits == 4 ? "=" : "==")
        }
        append(UInt8(ascii: "\""))
    }

    private static func base64Digit(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + value - 26
        case 52..<62: UInt8(ascii: "0") + value - 52
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }
}
