/// What former nights and their jobs were like, added up once for all jobs that are compared with them.
struct UsualFigures: Equatable {
    /// The nights that were added up, oldest first.
    let nights: [Night]
    /// The share of a job's labels with a probability of at least 0.9.
    let sureShare: UsualRange?
    /// The mean of the middles of the bins that probabilities lie in.
    let middleConfidence: UsualRange?
    /// CPU seconds for a million records, of jobs that tell it.
    let cost: UsualRange?
    /// Each label's share of a night's labels.
    let labels: [String: UsualRange]
    /// The share of each bin of the probabilities of a night.
    let confidenceBins: [UsualRange]
    /// The share of each bin of the lengths of a night.
    let lengthBins: [UsualRange]

    /// Adds nights up.
    ///
    /// - Parameters:
    ///   - nights: The nights that are a measure, oldest first.
    ///   - recordsMinimum: Records from which on a job of them is one.
    init(_ nights: [Night], recordsMinimum: Double = 1) {
        self.nights = nights
        let jobs = nights.flatMap(\.jobs).filter { Double($0.records.read) >= recordsMinimum }
        sureShare = UsualRange(jobs.compactMap(\.sureShare))
        middleConfidence = UsualRange(jobs.compactMap(\.middleConfidence))
        cost = UsualRange(jobs.compactMap(\.cpuSecondsPerMillion))
        labels = Self.labels(of: nights)
        confidenceBins = Self.bins(of: nights, \.confidence)
        lengthBins = Self.bins(of: nights, \.lengths)
    }

    private static func labels(of nights: [Night]) -> [String: UsualRange] {
        let known = nights.filter { $0.labelTotal > 0 }
        let names = Set(known.flatMap(\.labels.keys))
        let totals = known.map { Double($0.labelTotal) }
        var ranges: [String: UsualRange] = [:]
        for name in names {
            ranges[name] = UsualRange(zip(known, totals).map { Double($0.labels[name] ?? 0) / $1 })
        }
        return ranges
    }

    private static func bins(of nights: [Night], _ bins: (Night) -> [Int]) -> [UsualRange] {
        let known = nights.map(bins).filter { $0.total > 0 }
        let totals = known.map { Double($0.total) }
        let count = known.map(\.count).max() ?? 0
        return (0..<count).compactMap { bin in
            UsualRange(zip(known, totals).map { $0.indices.contains(bin) ? Double($0[bin]) / $1 : 0 })
        }
    }
}
