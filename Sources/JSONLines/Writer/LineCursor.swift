/// Writes into memory whose size the caller has worked out, without a check for each byte.
///
/// The one thin handle over raw memory on the writing side: `ResultFormatter` bounds each line before it writes it.
public struct LineCursor {
    @usableFromInline var position: UnsafeMutablePointer<UInt8>
    @usableFromInline let end: UnsafeMutablePointer<UInt8>

    /// The most bytes that `appendInteger` writes.
    public static let integerBytesMaximum = 20
    /// The most bytes that `appendProbability` writes, "0.123456".
    public static let probabilityBytesMaximum = 8

    /// Starts at the front of a buffer.
    ///
    /// - Parameter buffer: Memory that outlives the cursor.
    public init?(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        guard let start = buffer.baseAddress else { return nil }
        position = start
        end = start + buffer.count
    }

    /// Bytes that still fit.
    @inlinable public var room: Int { end - position }

    /// Writes one byte.
    @inlinable @inline(__always)
    public mutating func append(_ byte: UInt8) {
        position.pointee = byte
        position += 1
    }

    /// Copies a range of bytes, which must lie within them.
    @inlinable @inline(__always)
    public mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        guard let source = bytes.baseAddress else { return }
        position.update(from: source + range.lowerBound, count: range.count)
        position += range.count
    }

    /// Copies text that the program knows.
    @inlinable @inline(__always)
    public mutating func append(_ text: StaticString) {
        position.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
        position += text.utf8CodeUnitCount
    }

    /// Writes a number that is not negative.
    @inlinable
    public mutating func appendInteger(_ value: Int) {
        var rest = UInt64(clamping: value)
        if rest < 10 { return append(UInt8(truncatingIfNeeded: rest) + 0x30) }
        var length = 0
        var probe = rest
        while probe > 0 {
            probe /= 10
            length += 1
        }
        var target = position + length
        position = target
        while rest > 0 {
            target -= 1
            target.pointee = UInt8(truncatingIfNeeded: rest % 10) + 0x30
            rest /= 10
        }
    }

    /// Writes a value of 0...1 rounded to six decimals (halves to the even digit), without trailing zeros; the same
    /// digits as `JSONWriter.appendDecimal`.
    @inlinable
    public mutating func appendProbability(_ value: Float) {
        // The comparison is false for NaN too; JSON cannot say that, and a probability is never one.
        let isInRange = value >= 0 && value <= 1
        var digits = isInRange ? UInt32((Double(value) * 1_000_000).rounded(.toNearestOrEven)) : 0
        if digits >= 1_000_000 { return append(0x31) }
        append(0x30)
        if digits == 0 { return }
        append(0x2E)
        var length = 6
        while digits % 10 == 0 {
            digits /= 10
            length -= 1
        }
        var target = position + length
        position = target
        for _ in 0..<length {
            target -= 1
            target.pointee = UInt8(truncatingIfNeeded: digits % 10) + 0x30
            digits /= 10
        }
    }
}
