import BatchCore
import SystemPackage

/// Reads a queue's history a few records at a time, so that whoever needs none of it does not wait for all of it.
struct HistoryReading {
    /// Records that are read at a time. One with 10,000 groups has a megabyte and takes two or three milliseconds.
    static let recordsPerStep = 32

    /// Records whose counts by group are read at a time. Those of 10,000 groups take thirty milliseconds.
    static let tablesPerStep = 2

    private let files: JobFiles
    private let maximum: Int
    /// Records that are left to read.
    private var keys: [String]
    private var jobs: [JobMetrics] = []
    /// Jobs whose counts by group are left to read, the newest last.
    private var ungrouped: [Int] = []
    private var groups = 0

    /// Finds what there is to read: of more records than are kept, those that were written last.
    ///
    /// - Parameters:
    ///   - layout: The queue.
    ///   - disk: Where it lies.
    ///   - maximum: The most jobs that are kept.
    /// - Throws: `FileSystemError`, where the directory cannot be listed.
    init(
        of layout: QueueLayout,
        on disk: any FileSystem,
        maximum: Int = QueueHistory.jobsMaximum
    ) throws(FileSystemError) {
        files = JobFiles(disk: disk, layout: layout)
        self.maximum = maximum
        keys = try files.newestDoneKeys(maximum: maximum)
    }

    /// Reads some more.
    ///
    /// - Returns: The history; nil where something is left to read.
    /// - Throws: `FileSystemError` for want of descriptors or memory; other records that cannot be read are left out.
    mutating func advance() throws -> QueueHistory? {
        if !keys.isEmpty {
            for key in keys.suffix(Self.recordsPerStep) {
                if let metrics = try metrics(of: key) { jobs.append(metrics) }
            }
            keys.removeLast(min(Self.recordsPerStep, keys.count))
            guard keys.isEmpty else { return nil }
            // The times are of one fixed width, so they sort as text.
            jobs.sort { ($0.finishedAt, $0.job.key) < ($1.finishedAt, $1.job.key) }
            ungrouped = Array(jobs.indices.suffix(QueueHistory.slicedJobsMaximum))
        }
        try readGroups()
        return ungrouped.isEmpty ? QueueHistory(jobs, maximum: maximum) : nil
    }

    /// Reads counts by group, which are most of what there is to read of a record, of the newest jobs first.
    private mutating func readGroups() throws {
        var tables = 0
        while tables < Self.tablesPerStep, let index = ungrouped.popLast() {
            guard let slices = try metrics(of: jobs[index].job.key, withGroups: true)?.slices else { continue }
            jobs[index].slices = slices
            tables += 1
            groups += slices.reduce(0) { $0 + $1.groupCount }
            if groups >= QueueHistory.groupsMaximum { ungrouped = [] }
        }
    }

    /// What a record tells of its job; nil where it cannot be read.
    private func metrics(of key: String, withGroups groups: Bool = false) throws -> JobMetrics? {
        do {
            return try files.done(key, withGroups: groups).metrics
        } catch let error as FileSystemError {
            // A broken seal costs one job of the past. Want of descriptors must not cost all of it.
            if error.consequence == .pause { throw error }
        } catch is DecodingError {
            // Nor does a record that another build wrote in its own way.
        }
        return nil
    }
}
