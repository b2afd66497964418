import BatchCore
import JSONLines

/// What moved an answer.
extension ResultFormatter {
    /// More than the bytes of a stretch beside its text: keys, punctuation, a weight and two numbers.
    static let stretchFrameBytes = 64 + LineCursor.weightBytesMaximum + 2 * LineCursor.integerBytesMaximum

    /// The stretches of the text, the strongest first, each where it stands as entities do.
    func appendExplanation(of source: ResultSource, record: Int, to cursor: inout LineCursor) {
        cursor.append(UInt8(ascii: "["))
        let first = source.textRange(of: record)
        var separator = false
        for stretch in source.stretches(of: record) {
            cursor.append(separator ? ",{\"text\":" : "{\"text\":")
            separator = true
            let start = stretch.isInPair ? first.upperBound : first.lowerBound
            appendQuoted(source.texts, start + stretch.byteStart..<start + stretch.byteEnd, to: &cursor)
            if stretch.isInPair { cursor.append(",\"pair\":true") }
            cursor.append(",\"start\":")
            cursor.appendInteger(stretch.start)
            cursor.append(",\"end\":")
            cursor.appendInteger(stretch.end)
            cursor.append(",\"weight\":")
            cursor.appendWeight(stretch.weight)
            cursor.append(UInt8(ascii: "}"))
        }
        cursor.append(UInt8(ascii: "]"))
    }
}

extension LineCursor {
    /// The most bytes that `appendWeight` writes: a sign, digits, a point and six decimals.
    static let weightBytesMaximum = 2 + integerBytesMaximum + probabilityBytesMaximum

    /// Writes a signed number rounded to six decimals, without trailing zeros; the shortest decimal of its float32
    /// where it is beyond a billion, and `null` where it is not finite.
    mutating func appendWeight(_ value: Double) {
        guard value.magnitude < 1e9 else { return appendFloat(Float(value)) }
        let millionths = Int((value.magnitude * 1e6).rounded(.toNearestOrEven))
        if value < 0, millionths > 0 { append(UInt8(ascii: "-")) }
        appendInteger(millionths / 1_000_000)
        var digits = millionths % 1_000_000
        guard digits > 0 else { return }
        append(UInt8(ascii: "."))
        var divisor = 100_000
        while digits > 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digits / divisor))
            digits %= divisor
            divisor /= 10
        }
    }
}
