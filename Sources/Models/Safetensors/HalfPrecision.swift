/// Widens 16-bit floating point numbers to float32, exactly.
///
/// The loops have no branches, so that the compiler turns them into vector code.
enum HalfPrecision {
    /// Widens bfloat16, the upper half of a float32.
    ///
    /// - Parameters:
    ///   - source: The numbers' bits.
    ///   - target: Receives as many numbers; must not overlap `source`.
    static func widen(bfloat16 source: UnsafeBufferPointer<UInt16>, into target: UnsafeMutableBufferPointer<Float>) {
        precondition(source.count == target.count)
        for index in 0..<source.count {
            target[index] = Float(bitPattern: UInt32(source[index]) &<< 16)
        }
    }

    /// Widens IEEE 754 binary16, subnormal numbers, infinities and NaNs included.
    ///
    /// - Parameters:
    ///   - source: The numbers' bits.
    ///   - target: Receives as many numbers; must not overlap `source`.
    static func widen(float16 source: UnsafeBufferPointer<UInt16>, into target: UnsafeMutableBufferPointer<Float>) {
        precondition(source.count == target.count)
        for index in 0..<source.count {
            target[index] = Float(bitPattern: widened(float16: UInt32(source[index])))
        }
    }

    /// The first number that is infinite or none at all.
    ///
    /// - Parameter values: Any numbers.
    /// - Returns: Its index; nil where all are finite.
    static func firstNonFinite(_ values: [Float]) -> Int? {
        // One more than the highest exponent, which only infinities and NaNs have, reaches the sign's bit.
        let exponent: UInt32 = 0x7F80_0000
        var reached: UInt32 = 0
        values.withUnsafeBufferPointer { values in
            for index in 0..<values.count {
                reached |= (values[index].bitPattern & exponent) &+ (1 &<< 23)
            }
        }
        return reached >> 31 == 0 ? nil : values.firstIndex { !$0.isFinite }
    }

    // The exponent is rebased by 127 - 15. A subnormal number gets the exponent of 2^-14 with an implicit one, which
    // is then taken away again; an infinity or NaN is rebased once more, to the highest exponent.
    @inline(__always)
    private static func widened(float16 half: UInt32) -> UInt32 {
        let rebase: UInt32 = 112 &<< 23
        let magnitude = (half & 0x7FFF) &<< 13
        let exponent = magnitude & (0x1F &<< 23)
        let lifted = (Float(bitPattern: magnitude &+ (113 &<< 23)) - Float(bitPattern: 113 &<< 23)).bitPattern
        let special = magnitude &+ rebase &+ rebase
        let normal = magnitude &+ rebase
        let isSpecial = exponent == 0x1F &<< 23
        return (half & 0x8000) &<< 16 | (exponent == 0 ? lifted : isSpecial ? special : normal)
    }
}
