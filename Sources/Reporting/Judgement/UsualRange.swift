/// What a number was in former nights.
struct UsualRange: Equatable {
    /// The smallest, the middle and the largest.
    let low: Double
    let median: Double
    let high: Double
    /// The nights that were looked at.
    let count: Int
    /// How far from the median chance takes a steady number in one of a thousand nights.
    private let chance: Double

    /// Nights from which on a number can be called unusual.
    static let nightsMinimum = 5
    /// For 5, 6 and so on up to 14 nights, how many standard deviations of theirs a further one lies from the middle in one
    /// of a thousand cases: Student's quantile times `(1 + 1/n)` under the root, as for any prediction.
    private static let deviations = [9.43, 7.42, 6.37, 5.74, 5.31, 5.01, 4.79, 4.62, 4.48, 4.37]
    /// The same of median distances from the median, which one strange night does not move; from 150,000 draws each.
    private static let medianDeviations = [42.8, 16.8, 16.5, 11.0, 10.8, 8.5, 8.3, 7.3, 7.1, 6.2]

    /// Standard errors of counting beyond which a difference is more than that: of a few dozen numbers a night, none gets
    /// there by counting alone in years.
    static let countingErrors = 4.0

    /// Nil of no values.
    init?(_ values: [Double]) {
        let sorted = values.sorted()
        guard let low = sorted.first, let high = sorted.last else { return nil }
        self.low = low
        self.high = high
        count = sorted.count
        median = Self.middle(of: sorted)
        let middle = median
        let medianDistance = 1.4826 * Self.middle(of: sorted.map { abs($0 - middle) }.sorted())
        let mean = sorted.reduce(0, +) / Double(sorted.count)
        let squares = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(max(sorted.count - 1, 1))).squareRoot()
        let index = min(max(sorted.count - Self.nightsMinimum, 0), Self.deviations.count - 1)
        let byAll = Self.deviations[index] * deviation
        // Where most nights are equal, the others alone tell how far nights go.
        chance = medianDistance > 0 ? min(byAll, Self.medianDeviations[index] * medianDistance) : byAll
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
        return abs(value - median) > max(chance, Self.countingErrors * error, floor)
    }
}
