import BatchCore
import SystemPackage

/// The newest finished jobs of one queue, by their metrics: what reports and monitors know of former nights.
///
/// It is read from `done/` once and then kept up to date, so that what compares a job with those before it never
/// lists a directory of 100,000 records. A record that cannot be read is left out: the past is no reason to stop.
public struct QueueHistory: Sendable, Equatable {
    /// Jobs that are remembered unless asked otherwise: two weeks of 36 files a night. One takes about 2 KiB, and 100
    /// bytes more for each label.
    public static let jobsMaximum = 512

    /// The newest jobs that are remembered with their counts by group: what monitors compare, and as many replays.
    static let slicedJobsMaximum = 2 * MonitorLimits.nightsMaximum

    /// The groups of all these jobs that are remembered: those of one full table in each night that monitors compare. One
    /// takes some 300 bytes.
    static let groupsMaximum = MonitorLimits.nightsMaximum * SliceLimits.groupsMaximum

    /// The most jobs that are kept.
    public let maximum: Int
    /// The newest jobs, oldest first: those that were read by when they finished, and then as they were added. A clock
    /// that was ahead for an hour must not make all jobs of the next hour older than one.
    public private(set) var jobs: [JobMetrics] = []

    /// Creates a history of nothing.
    ///
    /// - Parameter maximum: The most jobs that are kept.
    public init(maximum: Int = jobsMaximum) {
        precondition(maximum > 0, "a history holds at least one job")
        self.maximum = maximum
    }

    /// Creates a history of jobs.
    ///
    /// - Parameters:
    ///   - jobs: The jobs, oldest first.
    ///   - maximum: The most jobs that are kept.
    init(_ jobs: [JobMetrics], maximum: Int) {
        self.init(maximum: maximum)
        self.jobs = jobs.suffix(maximum)
        forgetGroups()
    }

    /// Reads what `done/` tells.
    ///
    /// - Parameters:
    ///   - layout: The queue.
    ///   - disk: Where it lies.
    ///   - maximum: The most jobs that are kept.
    /// - Throws: `FileSystemError`, where the directory cannot be listed.
    public init(of layout: QueueLayout, on disk: any FileSystem, maximum: Int = jobsMaximum) throws {
        var reading = try HistoryReading(of: layout, on: disk, maximum: maximum)
        while true {
            if let history = try reading.advance() {
                self = history
                return
            }
        }
    }

    /// Adds the job that was published last; the oldest is forgotten where there are too many.
    ///
    /// - Parameter metrics: The job's metrics; those of a job that is known already replace them.
    public mutating func add(_ metrics: JobMetrics) {
        jobs.removeAll { $0.job == metrics.job }
        jobs.append(metrics)
        if jobs.count > maximum { jobs.removeFirst() }
        forgetGroups()
    }

    /// Forgets the counts by group of all but the newest jobs: they may be a hundred times as large as all else.
    private mutating func forgetGroups() {
        var groups = 0
        for (age, index) in jobs.indices.reversed().enumerated() {
            guard let slices = jobs[index].slices else { continue }
            groups += slices.reduce(0) { $0 + $1.groupCount }
            if age >= Self.slicedJobsMaximum || groups > Self.groupsMaximum { jobs[index].slices = nil }
        }
    }

    /// Whether older jobs may have been forgotten, so that the oldest night that is left may lack some.
    public var isFull: Bool { jobs.count == maximum }
}
