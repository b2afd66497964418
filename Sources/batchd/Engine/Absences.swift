/// When the parent was stopped, or the whole machine suspended: its engine was so too, and has that time to spare.
struct Absences {
    /// How much later than asked for a wait ends before it counts as an absence, in nanoseconds.
    static let noticeNanoseconds: Int64 = 500_000_000
    /// Absences that are kept one by one; older ones count as one, at the time of the latest of them.
    static let countMaximum = 64

    private var spells: [(until: Int64, nanoseconds: Int64)] = []

    /// Notes how long a wait took.
    ///
    /// - Parameters:
    ///   - start: When it began, by CLOCK_BOOTTIME in nanoseconds.
    ///   - end: When it was over.
    ///   - expectedNanoseconds: How long it was to take at most.
    mutating func note(from start: Int64, until end: Int64, expectedNanoseconds: Int64) {
        // When within the wait it began nobody knows, so all of the wait is pardoned.
        guard end - start - expectedNanoseconds > Self.noticeNanoseconds else { return }
        spells.append((end, end - start))
        guard spells.count > Self.countMaximum else { return }
        let oldest = spells.removeFirst()
        spells[0].nanoseconds += oldest.nanoseconds
    }

    /// The absences that ended after a time, in nanoseconds.
    func nanoseconds(since start: Int64) -> Int64 {
        spells.reduce(0) { $0 + ($1.until > start ? $1.nanoseconds : 0) }
    }
}
