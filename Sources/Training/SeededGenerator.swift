/// A small random source whose numbers depend on its seed alone (splitmix64: Steele, Lea and Flood, 2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Creates a generator.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// Puts numbers into random order; written out here, because the order must not change with the toolchain.
    mutating func shuffle(_ numbers: inout [Int]) {
        guard numbers.count > 1 else { return }
        for last in stride(from: numbers.count - 1, to: 0, by: -1) {
            let other = Int(next().multipliedFullWidth(by: UInt64(last + 1)).high)
            numbers.swapAt(last, other)
        }
    }
}
