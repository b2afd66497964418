/// How many texts are how long, in bins whose bounds are powers of two.
struct LengthHistogram {
    /// Texts from `from` to `to`.
    struct Bin: Encodable {
        var from: Int
        var to: Int
        var count: Int
    }

    /// Bin 0 is the empty text; bin i holds 2^(i-1) to 2^i - 1.
    private var counts = [Int](repeating: 0, count: Int.bitWidth + 1)

    mutating func add(_ length: Int) {
        counts[Int.bitWidth - length.leadingZeroBitCount] += 1
    }

    /// The bins from the shortest to the longest text, empty ones between them included.
    var bins: [Bin] {
        guard let first = counts.firstIndex(where: { $0 > 0 }), let last = counts.lastIndex(where: { $0 > 0 }) else {
            return []
        }
        return (first...last).map { index in
            Bin(from: index == 0 ? 0 : 1 << (index - 1), to: (1 << index) - 1, count: counts[index])
        }
    }
}
