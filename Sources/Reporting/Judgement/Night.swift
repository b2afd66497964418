import BatchCore

/// All jobs of a queue that finished in one night, from noon to noon UTC.
///
/// Cut at noon, because queues work at night: where they do so by the clock of Europe, no night is cut in two.
struct Night: Sendable, Equatable {
    /// The number of the night since 1970.
    let number: Int
    /// The figures of its jobs, in the order in which they finished.
    private(set) var jobs: [JobFigures] = []
    private(set) var records = RecordFigures()
    private(set) var labels: [String: Int] = [:]
    private(set) var confidence: [Int] = []
    private(set) var lengths: [Int] = []
    private(set) var cpuSeconds = 0.0
    /// When its last job finished, seconds since 1970; of a night without jobs, the hour of the night before.
    private var endWallSeconds = 0.0

    /// Nights that a job is compared with at most.
    static let comparedMaximum = 14
    /// Nights that are drawn side by side at most with those between that had no job.
    private static let calendarMaximum = 1000

    init(number: Int) {
        self.number = number
    }

    /// The night in which a moment lies.
    static func number(ofWallSeconds seconds: Double) -> Int {
        guard seconds.isFinite, abs(seconds) < 1e12 else { return 0 }
        return Int(((seconds - 43_200) / 86_400).rounded(.down))
    }

    /// Puts jobs, oldest first, into their nights, oldest first.
    static func nights(of jobs: some Sequence<JobFigures>) -> [Night] {
        var nights: [Night] = []
        for job in jobs {
            let number = Night.number(ofWallSeconds: job.finishedWallSeconds)
            if nights.last?.number != number { nights.append(Night(number: number)) }
            nights[nights.count - 1].add(job)
        }
        return nights
    }

    /// Puts a night without jobs into each gap, so that a missing night is seen.
    ///
    /// - Parameters:
    ///   - nights: Nights with jobs, oldest first.
    ///   - number: The night up to which there is one each; of an earlier one, the newest night is the last.
    /// - Returns: The nights as they were, where they span years.
    static func calendar(of nights: [Night], through number: Int) -> [Night] {
        let numbers = nights.map(\.number)
        guard let first = numbers.min(), let newest = numbers.max() else { return nights }
        let last = max(newest, number)
        guard last - first < calendarMaximum else { return nights }
        var calendar: [Night] = []
        for night in nights {
            while let before = calendar.last, before.number + 1 < night.number { calendar.append(before.next) }
            calendar.append(night)
        }
        while let before = calendar.last, before.number < last { calendar.append(before.next) }
        return calendar
    }

    /// The night after it, without jobs.
    private var next: Night {
        var next = Night(number: number + 1)
        next.endWallSeconds = endWallSeconds + 86_400
        return next
    }

    mutating func add(_ job: JobFigures) {
        jobs.append(job)
        endWallSeconds = job.finishedWallSeconds
        records.add(job.records)
        labels.merge(job.labels) { $0 + $1 }
        confidence.add(job.confidence)
        lengths.add(job.lengths)
        cpuSeconds += job.cpuSeconds
    }

    /// "21 Nov", the day on which its last job finished.
    var name: String { CivilTime(wallSeconds: endWallSeconds).shortDate }

    /// Whether a job of it failed as a whole.
    var hasFailures: Bool { jobs.contains { !$0.hasSucceeded } }

    /// Labels that were given, which are more or fewer than answers where a record can have several or none.
    var labelTotal: Int { labels.values.reduce(0, +) }
}

extension [Int] {
    /// Adds bin by bin, where one may have more bins than the other.
    mutating func add(_ other: [Int]) {
        if count < other.count { self += [Int](repeating: 0, count: other.count - count) }
        for (bin, value) in other.enumerated() { self[bin] += value }
    }

    /// All bins together.
    var total: Int { reduce(0, +) }
}
