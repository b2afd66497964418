import Testing

@testable import Models

@Suite struct HalfPrecisionTests {
    private func widened(
        _ bits: [UInt16],
        _ widen: (UnsafeBufferPointer<UInt16>, UnsafeMutableBufferPointer<Float>) -> Void
    )
        -> [Float]
    {
        [Float](unsafeUninitializedCapacity: bits.count) { target, filled in
            bits.withUnsafeBufferPointer { widen($0, UnsafeMutableBufferPointer(rebasing: target[..<bits.count])) }
            filled = bits.count
        }
    }

    @Test func everyFloat16IsWidenedExactly() {
        let all = Array(UInt16.min...UInt16.max)
        let values = widened(all) { HalfPrecision.widen(float16: $0, into: $1) }
        for (bits, value) in zip(all, values) {
            let fraction = Double(bits & 0x3FF)
            let sign = bits >> 15 == 0 ? 1.0 : -1.0
            switch bits >> 10 & 0x1F {
            case 0: #expect(Double(value) == sign * fraction / 1024 / 16384)
            case 31: #expect(fraction == 0 ? Double(value) == sign * .infinity : value.isNaN)
            case let exponent:
                let scale =
                    (1..<31).contains(exponent) ? Double(sign: .plus, exponent: Int(exponent) - 15, significand: 1) : 0
                #expect(Double(value) == sign * (1 + fraction / 1024) * scale)
            }
            #expect(value.isNaN || value.sign == (sign < 0 ? .minus : .plus))
        }
    }

    @Test func everyBFloat16IsTheUpperHalf() {
        let all = Array(UInt16.min...UInt16.max)
        let values = widened(all) { HalfPrecision.widen(bfloat16: $0, into: $1) }
        #expect(zip(all, values).allSatisfy { $1.bitPattern == UInt32($0) << 16 })
    }

    @Test func theFirstNumberThatIsNotFiniteIsFound() {
        var values = [Float](repeating: 1, count: 100)
        #expect(HalfPrecision.firstNonFinite(values) == nil)
        values[97] = -.infinity
        #expect(HalfPrecision.firstNonFinite(values) == 97)
        values[3] = .nan
        #expect(HalfPrecision.firstNonFinite(values) == 3)
        #expect(HalfPrecision.firstNonFinite([.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0]) == nil)
    }
}
