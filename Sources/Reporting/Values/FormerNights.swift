/// The nights before a job's own, as it is compared with them.
///
/// Made once, it serves all jobs of a night.
public struct FormerNights: Sendable, Equatable {
    /// Oldest first, at most fourteen.
    let nights: [Night]
    /// What they were like.
    let usual: UsualFigures

    /// Nights of nothing.
    public init() {
        nights = []
        usual = UsualFigures([])
    }

    /// Puts former jobs into their nights.
    ///
    /// - Parameters:
    ///   - jobs: Finished jobs of the queue, oldest first; those of the job's own night and later are left out.
    ///   - wallSeconds: When the job finished, seconds since 1970.
    ///   - isCut: Whether older jobs were forgotten; the oldest night, which may lack some, is then left out.
    public init(of jobs: some Sequence<JobFigures>, before wallSeconds: Double, isCut: Bool = false) {
        let own = Night.number(ofWallSeconds: wallSeconds)
        let former = Night.nights(of: jobs).filter { $0.number < own }
        nights = (isCut ? former.dropFirst() : former[...]).suffix(Night.comparedMaximum)
        usual = UsualFigures(nights)
    }

    /// When the night of a moment began, seconds since 1970: at noon, UTC.
    ///
    /// - Parameter wallSeconds: The moment, seconds since 1970.
    /// - Returns: The last noon before it, or the moment itself.
    public static func start(ofNightAt wallSeconds: Double) -> Double {
        Double(Night.number(ofWallSeconds: wallSeconds)) * 86_400 + 43_200
    }
}
