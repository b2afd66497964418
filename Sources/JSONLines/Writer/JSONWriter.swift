/// Appends JSON to byte buffers without intermediate values.
///
/// Every result depends on the arguments only, down to the last digit.
public enum JSONWriter {
    /// Appends text as a string with quotation marks.
    ///
    /// - Parameters:
    ///   - text: Valid UTF-8; only what JSON demands is escaped.
    ///   - output: Where the string goes.
    public static func appendString(_ text: RawSpan, to output: inout [UInt8]) {
        text.withUnsafeBytes { appendString($0, to: &output) }
    }

    /// Appends text as a string with quotation marks.
    ///
    /// - Parameters:
    ///   - text: The text; only what JSON demands is escaped.
    ///   - output: Where the string goes.
    public static func appendString(_ text: String, to output: inout [UInt8]) {
        var text = text
        text.withUTF8 { appendString(UnsafeRawBufferPointer($0), to: &output) }
    }

    /// Copies bytes that are JSON already, such as a value of the input.
    ///
    /// - Parameters:
    ///   - json: The bytes.
    ///   - output: Where they go.
    public static func appendRaw(_ json: RawSpan, to output: inout [UInt8]) {
        json.withUnsafeBytes { output.append(contentsOf: $0) }
    }

    /// Copies JSON that the program knows, such as punctuation and keys.
    ///
    /// - Parameters:
    ///   - json: The text.
    ///   - output: Where it goes.
    @inline(__always)
    public static func appendRaw(_ json: StaticString, to output: inout [UInt8]) {
        output.append(contentsOf: UnsafeBufferPointer(start: json.utf8Start, count: json.utf8CodeUnitCount))
    }

    /// Appends an integer.
    ///
    /// - Parameters:
    ///   - value: The integer.
    ///   - output: Where its digits go.
    public static func appendInteger(_ value: Int, to output: inout [UInt8]) {
        if value < 0 { output.append(UInt8(ascii: "-")) }
        appendDigits(UInt64(value.magnitude), to: &output)
    }

    /// Appends a number rounded to a fixed number of decimals, without trailing zeros.
    ///
    /// - Parameters:
    ///   - value: The number; `null` is written where it is not finite, which JSON cannot say.
    ///   - fractionDigits: Decimals, 0–9; halves go to the even digit.
    ///   - output: Where the digits go.
    public static func appendDecimal(_ value: Double, fractionDigits: Int = 6, to output: inout [UInt8]) {
        guard value.isFinite else { return appendRaw("null", to: &output) }
        let scale = powersOfTen[fractionDigits]
        let scaled = (value.magnitude * Double(scale)).rounded(.toNearestOrEven)
        guard scaled < 0x1p63 else {
            // Beyond 2⁶³ a double has no decimals; its shortest description is valid JSON.
            return output.append(contentsOf: value.description.utf8)
        }
        let digits = UInt64(scaled)
        if value < 0 && digits > 0 { output.append(UInt8(ascii: "-")) }
        appendDigits(digits / scale, to: &output)
        appendFraction(digits % scale, digitCount: fractionDigits, to: &output)
    }

    /// Appends a number rounded to a fixed number of decimals, without trailing zeros.
    ///
    /// - Parameters:
    ///   - value: The number; `null` is written where it is not finite, which JSON cannot say.
    ///   - fractionDigits: Decimals, 0–9; halves go to the even digit.
    ///   - output: Where the digits go.
    public static func appendDecimal(_ value: Float, fractionDigits: Int = 6, to output: inout [UInt8]) {
        appendDecimal(Double(value), fractionDigits: fractionDigits, to: &output)
    }

    // MARK: Strings

    static func appendString(_ text: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        defer { output.append(UInt8(ascii: "\"")) }
        guard var pointer = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let end = pointer + text.count
        while true {
            let special = PlainText.skipUnescaped(from: pointer, to: end)
            output.append(contentsOf: UnsafeBufferPointer(start: pointer, count: special - pointer))
            guard special < end else { return }
            appendEscape(special.pointee, to: &output)
            pointer = special + 1
        }
    }

    private static func appendEscape(_ byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): appendRaw("\\\"", to: &output)
        case UInt8(ascii: "\\"): appendRaw("\\\\", to: &output)
        case 0x08: appendRaw("\\b", to: &output)
        case 0x09: appendRaw("\\t", to: &output)
        case 0x0A: appendRaw("\\n", to: &output)
        case 0x0C: appendRaw("\\f", to: &output)
        case 0x0D: appendRaw("\\r", to: &output)
        default:
            appendRaw("\\u00", to: &output)
            output.append(hexadecimalDigit(byte >> 4))
            output.append(hexadecimalDigit(byte & 0x0F))
        }
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    // MARK: Numbers

    private static let powersOfTen: [UInt64] = [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    ]

    private static func appendDigits(_ value: UInt64, to output: inout [UInt8]) {
        let start = output.count
        var rest = value
        repeat {
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        output[start...].reverse()
    }

    private static func appendFraction(_ value: UInt64, digitCount: Int, to output: inout [UInt8]) {
        guard value > 0 else { return }
        var rest = value
        var count = digitCount
        while rest % 10 == 0 {
            rest /= 10
            count -= 1
        }
        output.append(UInt8(ascii: "."))
        for position in stride(from: count - 1, through: 0, by: -1) {
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / powersOfTen[position] % 10))
        }
    }
}
