/// What came of one seed.
public struct SeedOutcome: Sendable, Equatable, Codable {
    /// How many cases were tried.
    public var cases: Int
    /// How many of them went wrong.
    public var wrong: Int
    /// The first that went wrong: what was done, and which invariant broke.
    public var violations: [String]
    /// Whatever else was measured, by name with unit, such as `rss_bytes_maximum`.
    public var figures: [String: Double]

    /// At most so many violations are kept in words.
    public static let violationsMaximum = 20

    /// Begins with nothing tried.
    public init() {
        cases = 0
        wrong = 0
        violations = []
        figures = [:]
    }

    /// Counts a case.
    ///
    /// - Parameters:
    ///   - violations: What went wrong in it; empty where nothing did.
    ///   - words: What was done, so that it can be done again.
    public mutating func note(_ violations: [String], _ words: @autoclosure () -> String) {
        cases += 1
        guard !violations.isEmpty else { return }
        wrong += 1
        guard self.violations.count < Self.violationsMaximum else { return }
        self.violations.append("\(words()): \(violations.prefix(5).joined(separator: "; "))")
    }
}
