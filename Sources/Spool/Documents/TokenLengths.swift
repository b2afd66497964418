/// How records are counted by the tokens of their input.
public enum TokenLengths {
    /// Bins: the first for records without tokens, the n-th for 2ⁿ⁻² up to 2ⁿ⁻¹ − 1 of them, the last for all beyond.
    public static let bins = 24

    /// The bin of a record.
    ///
    /// - Parameter tokens: The tokens of its input.
    /// - Returns: The index of the bin.
    static func bin(of tokens: Int) -> Int {
        guard tokens > 0 else { return 0 }
        return min(Int.bitWidth - tokens.leadingZeroBitCount, bins - 1)
    }
}
