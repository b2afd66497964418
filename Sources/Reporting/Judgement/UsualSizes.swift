/// How many records jobs of former nights had, where one strange night does not blind for the nights after it.
struct UsualSizes: Equatable {
    /// Records of a job.
    let range: UsualRange
    /// The nights whose jobs it tells of.
    let nights: Int

    /// Times as large, or as small, as the usual: another kind of job.
    static let kindsFactor = 10.0

    /// Looks at former nights.
    ///
    /// A size of another kind is left out where only one night has it: that is an accident. In two nights it is a habit.
    ///
    /// - Parameter nights: The nights; nil is returned where no job of them succeeded.
    init?(_ nights: [Night]) {
        let sizes = nights.map(\.sizes)
        guard let median = UsualRange(sizes.flatMap(\.self))?.median else { return nil }
        let isSmall = { (size: Double) in size < median / Self.kindsFactor }
        let isLarge = { (size: Double) in size > median * Self.kindsFactor }
        let hasOneSmall = sizes.count { $0.contains(where: isSmall) } == 1
        let hasOneLarge = sizes.count { $0.contains(where: isLarge) } == 1
        let kept = sizes.map { night in
            night.filter { !(hasOneSmall && isSmall($0)) && !(hasOneLarge && isLarge($0)) }
        }
        guard let range = UsualRange(kept.flatMap(\.self)) else { return nil }
        self.range = range
        self.nights = kept.count { !$0.isEmpty }
    }

    /// Whether a job is a small addition to what its night has brought already, such as errors that were mended.
    ///
    /// - Parameters:
    ///   - records: The job's records.
    ///   - largest: Those of the largest job that finished before it in its night; 0 where it is the first.
    /// - Returns: True of a job whose size says nothing about the night.
    static func isAddition(_ records: Int, after largest: Int) -> Bool {
        Double(records) < Double(largest) / kindsFactor
    }
}

extension Night {
    /// The records of its jobs that succeeded, without those of small additions.
    fileprivate var sizes: [Double] {
        var largest = 0
        var sizes: [Double] = []
        for job in jobs {
            if job.hasSucceeded, !UsualSizes.isAddition(job.records.read, after: largest) {
                sizes.append(Double(job.records.read))
            }
            largest = max(largest, job.records.read)
        }
        return sizes
    }
}
