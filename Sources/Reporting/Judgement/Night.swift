import BatchCore

/// All jobs of a queue that finished in one night, from noon to noon UTC.
///
/// Cut at noon, because queues work at night: one night's files are seldom on both sides of it.
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

    /// Nights that a job is compared with at most.
    static let comparedMaximum = 14

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

    mutating func add(_ job: JobFigures) {
        jobs.append(job)
        records.add(job.records)
        labels.merge(job.labels) { $0 + $1 }
        confidence.add(job.confidence)
        lengths.add(job.lengths)
        cpuSeconds += job.cpuSeconds
    }

    /// "21 Nov", the day on which its last job finished.
    var name: String { CivilTime(wallSeconds: jobs.last?.finishedWallSeconds ?? 0).shortDate }

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
