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
    /// The newest jobs, oldest first; of those that finished at the same moment, by key.
    public private(set) var jobs: [JobMetrics] = []

    /// Creates a history of nothing.
    ///
    /// - Parameter maximum: The most jobs that are kept.
    public init(maximum: Int = jobsMaximum) {
        precondition(maximum > 0, "a history holds at least one job")
        self.maximum = maximum
    }

    /// Reads what `done/` tells.
    ///
    /// Of more records than are kept, only those are read that were written last.
    ///
    /// - Parameters:
    ///   - layout: The queue.
    ///   - disk: Where it lies.
    ///   - maximum: The most jobs that are kept.
    /// - Throws: `FileSystemError`, where the directory cannot be listed.
    public init(of layout: QueueLayout, on disk: any FileSystem, maximum: Int = jobsMaximum) throws {
        self.init(maximum: maximum)
        guard try disk.status(of: layout.done) != nil else { return }
        let files = JobFiles(disk: disk, layout: layout)
        for key in try Self.newestKeys(of: layout, on: disk, maximum: maximum) {
            if let metrics = try Self.metrics(of: key, from: files) { add(metrics) }
        }
        try readGroups(from: files)
    }

    /// Reads the counts by group of the newest jobs, which are most of what there is to read of a record.
    private mutating func readGroups(from files: JobFiles) throws {
        var groups = 0
        for index in jobs.indices.suffix(Self.slicedJobsMaximum).reversed() where groups < Self.groupsMaximum {
            let slices = try Self.metrics(of: jobs[index].job.key, from: files, withGroups: true)?.slices
            jobs[index].slices = slices
            groups += slices?.reduce(0) { $0 + $1.groupCount } ?? 0
        }
        forgetGroups()
    }

    /// What a record tells of its job; nil where it cannot be read.
    private static func metrics(
        of key: String,
        from files: JobFiles,
        withGroups groups: Bool = false
    ) throws -> JobMetrics? {
        do {
            return try files.done(key, withGroups: groups).metrics
        } catch let error as FileSystemError {
            // A broken seal costs one job of the past. Want of descriptors must not cost all of it.
            if error.consequence == .pause { throw error }
        } catch is DecodingError {
            // Nor does one that another build wrote.
        }
        return nil
    }

    /// Adds a job that has finished, in its place; the oldest is forgotten where there are too many.
    ///
    /// - Parameter metrics: The job's metrics; those of a job that is known already replace them.
    public mutating func add(_ metrics: JobMetrics) {
        jobs.removeAll { $0.job == metrics.job }
        // Almost always the newest, so the search from the end is short.
        let index = jobs.lastIndex { $0.isBefore(metrics) }.map { $0 + 1 } ?? 0
        jobs.insert(metrics, at: index)
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

    /// The jobs that finished before another did, oldest first.
    ///
    /// - Parameter metrics: That job, which need not be in the history.
    /// - Returns: The former ones; never that job itself.
    public func jobs(before metrics: JobMetrics) -> ArraySlice<JobMetrics> {
        let end = jobs.firstIndex { !$0.isBefore(metrics) } ?? jobs.endIndex
        return jobs[..<end]
    }

    /// The keys whose records were written last. Times of files are a hint for which to read, and no more.
    private static func newestKeys(
        of layout: QueueLayout,
        on disk: any FileSystem,
        maximum: Int
    ) throws -> [String] {
        let keys = try disk.entries(of: layout.done, maximum: .max)
            .filter { $0.kind == .regular }
            .map(\.name.string)
            .filter { !$0.hasPrefix(".") }
        guard keys.count > maximum else { return keys }
        var dated: [(seconds: Double, key: String)] = []
        dated.reserveCapacity(keys.count)
        for key in keys {
            if let status = try disk.status(of: layout.done(key)) { dated.append((status.modifiedSeconds, key)) }
        }
        return dated.sorted { $0 > $1 }.prefix(maximum).map(\.key)
    }
}

extension JobMetrics {
    /// The order of a history. The times are of one fixed width, so they sort as text.
    fileprivate func isBefore(_ other: JobMetrics) -> Bool {
        (finishedAt, job.key) < (other.finishedAt, other.job.key)
    }
}
