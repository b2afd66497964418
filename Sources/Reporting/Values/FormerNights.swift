/// The nights before a job's own, as it is compared with them.
///
/// Made once, it serves all jobs of a night.
public struct FormerNights: Sendable, Equatable {
    /// Oldest first, at most fourteen.
    let nights: [Night]
    /// The records of their jobs; nil where none of them succeeded.
    let sizes: UsualSizes?
    /// What nights of no small size were like.
    let usual: UsualFigures
    /// What nights were like, small ones among them if there are several: what a small job is held against.
    let usualForSmallJobs: UsualFigures

    /// Nights of nothing.
    public init() {
        self.init(of: [], before: 0)
    }

    /// Puts former jobs into their nights, each input as it was answered last, without replays.
    ///
    /// - Parameters:
    ///   - jobs: Finished jobs of the queue, oldest first; those of the job's own night and later are left out.
    ///   - wallSeconds: When the job finished, seconds since 1970.
    ///   - repeated: The job whose input is answered again, which is no past of its own; nil where that is none.
    ///   - isCut: Whether older jobs were forgotten; the oldest night, which may lack some, is then left out.
    public init(
        of jobs: some Sequence<JobFigures>,
        before wallSeconds: Double,
        repeating repeated: String? = nil,
        isCut: Bool = false
    ) {
        let own = Night.number(ofWallSeconds: wallSeconds)
        let past = jobs.filter { Night.number(ofWallSeconds: $0.finishedWallSeconds) < own }
        let former = Night.nights(of: CountedJobs(past, without: repeated).jobs)
        nights = (isCut ? former.dropFirst() : former[...]).suffix(Night.comparedMaximum)
        sizes = UsualSizes(nights)
        let known = nights.filter { $0.records.read > 0 }
        let median = UsualRange(known.map { Double($0.records.read) })?.median ?? 0
        let large = known.filter { Double($0.records.read) >= median / UsualSizes.kindsFactor }
        usual = UsualFigures(large, recordsMinimum: (sizes?.range.median ?? 0) / UsualSizes.kindsFactor)
        // One small night is an accident, two are a habit.
        usualForSmallJobs = UsualFigures(known.count - large.count == 1 ? large : known)
    }

    /// What a job is held against.
    func usual(for job: JobFigures) -> UsualFigures {
        let isSmall = sizes.map { Double(job.records.read) < $0.range.median / UsualSizes.kindsFactor } ?? false
        return isSmall ? usualForSmallJobs : usual
    }

    /// When the night of a moment began, seconds since 1970: at noon, UTC.
    ///
    /// - Parameter wallSeconds: The moment, seconds since 1970.
    /// - Returns: The last noon before it, or the moment itself.
    public static func start(ofNightAt wallSeconds: Double) -> Double {
        Double(Night.number(ofWallSeconds: wallSeconds)) * 86_400 + 43_200
    }
}
