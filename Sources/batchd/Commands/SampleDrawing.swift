import BatchCore

/// Draws some of a row of records, the same ones for the same seed.
struct SampleDrawing {
    /// How many are wanted.
    let count: Int
    /// What draws them.
    let seed: UInt64

    /// Draws without putting back, by Floyd's algorithm (Bentley and Floyd, "A sample of brilliance", 1987).
    ///
    /// - Parameter total: How many there are.
    /// - Returns: Indices from 0, sorted.
    func indices(of total: Int) -> [Int] {
        guard count < total else { return Array(0..<max(total, 0)) }
        var random = SplitMix64(seed: seed)
        var drawn: Set<Int> = []
        for last in (total - count)..<total {
            let index = Int.random(in: 0...last, using: &random)
            if !drawn.insert(index).inserted { drawn.insert(last) }
        }
        return drawn.sorted()
    }
}
