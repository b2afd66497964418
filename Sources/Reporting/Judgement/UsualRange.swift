/// What a number was in former nights.
struct UsualRange: Equatable {
    /// The smallest, the middle and the largest.
    let low: Double
    let median: Double
    let high: Double
    /// How far nights lie from the median, as a standard deviation that single strange nights do not move.
    let spread: Double
    /// The nights that were looked at.
    let count: Int

    /// Nights from which on a number can be called unusual.
    static let nightsMinimum = 5
    /// Standard deviations beyond which it is: of a few dozen numbers a night, none gets there by chance in years.
    static let deviations = 4.0

    /// Nil of no values.
    init?(_ values: [Double]) {
        let sorted = values.sorted()
        guard let low = sorted.first, let high = sorted.last else { return nil }
        self.low = low
        self.high = high
        count = sorted.count
        median = Self.middle(of: sorted)
        let middle = median
        spread = 1.4826 * Self.middle(of: sorted.map { abs($0 - middle) }.sorted())
    }

    private static func middle(of sorted: [Double]) -> Double {
        let half = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    }

    /// Whether a number is out of all that was seen, and further from the median than chance and habit explain.
    ///
    /// - Parameters:
    ///   - value: Tonight's number.
    ///   - error: The standard error of it and of the median, from counting alone.
    ///   - floor: The smallest difference that anybody would want to hear of.
    /// - Returns: False also where there are too few nights to say.
    func isUnusual(_ value: Double, error: Double, floor: Double) -> Bool {
        guard count >= Self.nightsMinimum, value < low || value > high else { return false }
        return abs(value - median) > max(Self.deviations * max(spread, error), floor)
    }
}
