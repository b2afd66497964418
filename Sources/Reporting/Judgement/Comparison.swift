import BatchCore

/// A job beside the nights before its own.
struct Comparison {
    let job: JobFigures
    /// All former nights, oldest first; the job's own is not among them.
    let known: [Night]
    /// What those that are a measure were like.
    let usual: UsualFigures
    /// The records of their jobs; nil where the job's own are not to be judged by them.
    let sizes: UsualSizes?

    init(of report: JobReport) {
        job = report.figures
        // Records that failed before are unlike all others.
        let former = job.replays == nil ? report.former : FormerNights()
        known = former.nights
        usual = former.usual(for: job)
        let isAddition = UsualSizes.isAddition(job.records.read, after: report.largestOfNight)
        sizes = isAddition ? nil : former.sizes.flatMap { $0.nights < UsualRange.nightsMinimum ? nil : $0 }
    }

    /// The former nights that are a measure, oldest first.
    var nights: [Night] { usual.nights }

    /// Whether there are enough nights to call anything unusual.
    var isMeaningful: Bool { nights.count >= UsualRange.nightsMinimum }

    /// "the last 14 nights", or how many of them are a measure.
    var nightsInWords: String {
        if nights.count < known.count { return "\(nights.count) of the last \(known.count) nights" }
        return nights.count == 1 ? "the night before" : "the last \(nights.count) nights"
    }

    /// Why not all of the last nights are a measure; empty where they are.
    var leftOutInWords: String { nights.count < known.count ? "; the others had too few records" : "" }

    /// The share that a part has of a whole, in each former night that has the whole.
    func shares(part: (Night) -> Int, whole: (Night) -> Int) -> [Double] {
        nights.compactMap { night in
            let total = whole(night)
            return total > 0 ? Double(part(night)) / Double(total) : nil
        }
    }

    /// The standard error of the difference between tonight's share and that of a former night.
    func error(of share: Double, whole: Int, former: (Night) -> Int) -> Double {
        guard whole > 0 else { return 1 }
        // One more of each kind, so that a share of 0 has an error too.
        let smoothed = (share * Double(whole) + 1) / Double(whole + 2)
        let sizes = nights.map(former).filter { $0 > 0 }.sorted()
        let size = sizes.isEmpty ? whole : sizes[sizes.count / 2]
        return (smoothed * (1 - smoothed) * (1 / Double(whole) + 1 / Double(size))).squareRoot()
    }
}

extension JobFigures {
    /// Labels that were given.
    var labelTotal: Int { labels.values.reduce(0, +) }

    /// CPU seconds for a million records; nil of too few to tell.
    var cpuSecondsPerMillion: Double? { MillionCost.cpuSeconds(records: records.read, took: cpuSeconds) }

    /// The share of labels with a probability of at least 0.9; nil where there are none.
    var sureShare: Double? { confidence.shareOfTopTenth }

    /// The mean of the middles of the bins that probabilities lie in; nil where there are none. It tells nights apart, and
    /// is off by up to half a bin, so it is never printed.
    var middleConfidence: Double? { confidence.meanOfBins }

    /// Labels by how often they were given, then by name.
    var sortedLabels: [(label: String, count: Int)] {
        labels.map { (label: $0.key, count: $0.value) }.sorted { ($1.count, $0.label) < ($0.count, $1.label) }
    }
}

extension [Int] {
    /// The mean of values between 0 and 1, each taken for the middle of its bin.
    var meanOfBins: Double? {
        guard total > 0 else { return nil }
        let sum = enumerated().reduce(0.0) { $0 + (Double($1.offset) + 0.5) / Double(count) * Double($1.element) }
        return sum / Double(total)
    }

    /// The share of what lies in the highest tenth of equal bins, which they tell exactly; of a mean they do not.
    var shareOfTopTenth: Double? {
        total > 0 ? Double(suffix(count / 10).reduce(0, +)) / Double(total) : nil
    }
}
