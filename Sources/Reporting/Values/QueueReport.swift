/// Everything that the page about a queue over its nights shows.
public struct QueueReport: Sendable, Equatable {
    /// The queue.
    public var queue: String
    /// The beginning of the period, seconds since 1970.
    public var sinceWallSeconds: Double
    /// The end of the period, seconds since 1970.
    public var untilWallSeconds: Double
    /// The jobs that finished in it, oldest first.
    public var jobs: [JobFigures]
    /// What an hour of one core costs; nil where nobody has said so.
    public var corePrice: CorePrice?
    /// Records of finished jobs that could not be read, and are missing here.
    public var unreadable: Int
    /// The alarms that stand after the newest job that says something about its night.
    public var alarms: [ReportedAlarm] = []

    /// Creates the report of a queue.
    public init(
        queue: String,
        sinceWallSeconds: Double,
        untilWallSeconds: Double,
        jobs: [JobFigures],
        corePrice: CorePrice? = nil,
        unreadable: Int = 0
    ) {
        self.queue = queue
        self.sinceWallSeconds = sinceWallSeconds
        self.untilWallSeconds = untilWallSeconds
        self.jobs = jobs
        self.corePrice = corePrice
        self.unreadable = unreadable
    }
}
