/// Decides which of many findings stand, so that a night with 500 groups is no likelier to alarm for nothing than one
/// with five.
enum Discoveries {
    /// The step-up procedure of Benjamini and Hochberg with weights (Genovese, Roeder and Wasserman, Biometrika 93,
    /// 2006): on a night on which nothing has happened, something is found with at most probability `level`.
    ///
    /// - Parameters:
    ///   - values: The p-value of each group.
    ///   - weights: How much of the level each group gets, 1 on average.
    ///   - level: The share of findings that may be false.
    /// - Returns: Whether each group is a finding.
    static func find(_ values: [Double], weights: [Double], level: Double) -> [Bool] {
        let weighted = zip(values, weights).map { value, weight in weight > 0 ? value / weight : .infinity }
        let ranked = weighted.sorted()
        let step = level / Double(max(values.count, 1))
        let last = ranked.indices.last { ranked[$0] <= step * Double($0 + 1) }
        guard let last else { return weighted.map { _ in false } }
        return weighted.map { $0 <= step * Double(last + 1) }
    }

    /// Weights by which as many groups as possible find a rise of the stated height, should it come.
    ///
    /// Each group needs some part of the level for that: a large one nearly nothing, a small one more than there is. A
    /// group gets what it needs, up to a cap that spends the level; one that needs far more than the cap gets nothing of
    /// it. This is weighting by the power at a stated effect, as in Roeder and Wasserman (Statistical Science 24, 2009),
    /// but for a promise to each group instead of the largest number found: the latter would leave groups just large
    /// enough for those just too small. A fifth is shared evenly, so that a small group can still show a rise that is
    /// much larger.
    ///
    /// - Parameters:
    ///   - needs: The p-value up to which each group must be believed.
    ///   - level: As above.
    /// - Returns: Weights, 1 on average.
    static func weights(forNeeds needs: [Double], level: Double) -> [Double] {
        let budget = level * (1 - evenShare)
        let parts = { (cap: Double) in needs.map { $0 <= hopeless * cap ? min($0, cap) : 0 } }
        var low = 0.0
        var high = level
        for _ in 0..<40 {
            let middle = (low + high) / 2
            if parts(middle).reduce(0, +) <= budget { low = middle } else { high = middle }
        }
        let served = parts(low)
        let even = (level - served.reduce(0, +)) / Double(max(needs.count, 1))
        return served.map { ($0 + even) * Double(needs.count) / level }
    }

    /// The part of the level that is shared evenly.
    private static let evenShare = 0.2
    /// How many times the cap a group may need and still gets it.
    private static let hopeless = 30.0
}
