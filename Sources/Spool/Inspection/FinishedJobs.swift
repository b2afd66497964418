import SystemPackage

/// The finished jobs of a queue over a time, as `done/` remembers them.
public struct FinishedJobs: Sendable, Equatable {
    /// Their metrics, oldest first; of those that finished at the same moment, by key.
    public private(set) var jobs: [JobMetrics] = []
    /// Records that could not be read.
    public private(set) var unreadable = 0

    /// Reads the records of jobs that finished in a time.
    ///
    /// A record is never older than its job's end, so those whose files are older are not opened.
    ///
    /// - Parameters:
    ///   - layout: The queue.
    ///   - disk: Where it lies.
    ///   - since: The beginning of the time, seconds since 1970.
    ///   - until: Its end.
    /// - Throws: `FileSystemError`, where the directory cannot be listed.
    public init(of layout: QueueLayout, on disk: any FileSystem, since: Double, until: Double) throws {
        let files = JobFiles(disk: disk, layout: layout)
        for file in try files.doneEntries(since: since) {
            guard let done = try? files.done(file.key), let finished = done.metrics.finishedWallSeconds else {
                unreadable += 1
                continue
            }
            if finished >= since && finished <= until { jobs.append(done.metrics) }
        }
        jobs.sort { ($0.finishedAt, $0.job.key) < ($1.finishedAt, $1.job.key) }
    }
}
