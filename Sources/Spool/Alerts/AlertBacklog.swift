import BatchCore
import SystemPackage

/// Finds published jobs with alarms, and the alarms of one.
struct AlertBacklog {
    let disk: any FileSystem
    let sender: AlertSender

    /// A published job with alarms.
    struct Entry: Equatable {
        /// The job.
        var job: JobName
        /// When its record was written, seconds since 1970.
        var recorded: Double
    }

    /// The jobs with alarms whose records were written since a time, in the order in which they finished.
    ///
    /// A record that cannot be read is left out; whoever restores it after that may send its alarms by hand.
    ///
    /// - Parameter since: Seconds since 1970.
    /// - Returns: The jobs.
    /// - Throws: `FileSystemError`, where a directory cannot be listed.
    func entries(since: Double) throws -> [Entry] {
        var found: [(finished: String, entry: Entry)] = []
        for queue in try disk.entries(of: SpoolLayout.spool, maximum: .max) where queue.kind == .directory {
            let layout = QueueLayout(queue: queue.name.string)
            guard try disk.status(of: layout.done) != nil else { continue }
            let files = JobFiles(disk: disk, layout: layout)
            for file in try disk.entries(of: layout.done, maximum: .max) where file.kind == .regular {
                let key = file.name.string
                guard !key.hasPrefix("."), let status = try disk.status(of: layout.done(key)),
                    status.modifiedSeconds >= since, let metrics = try? files.done(key).metrics,
                    metrics.alerts?.isEmpty == false
                else { continue }
                found.append((metrics.finishedAt, Entry(job: metrics.job, recorded: status.modifiedSeconds)))
            }
        }
        return found.sorted { ($0.finished, $0.entry.job.key) < ($1.finished, $1.entry.job.key) }.map(\.entry)
    }

    /// A job whose record has just been written.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - nowWallSeconds: The time, where nobody can say when it was written.
    /// - Returns: The entry.
    func entry(of job: JobName, nowWallSeconds: Double) -> Entry {
        let status = try? disk.status(of: QueueLayout(queue: job.queue).done(job.key))
        return Entry(job: job, recorded: status?.modifiedSeconds ?? nowWallSeconds)
    }

    /// The alarms of a job, as they leave the machine; none where it is remembered no longer.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - nowWallSeconds: The time of the sending.
    /// - Returns: The alarms.
    /// - Throws: `FileSystemError` or `DecodingError`, where the record cannot be read.
    func notices(of job: JobName, nowWallSeconds: Double) throws -> [AlertNotice] {
        let layout = QueueLayout(queue: job.queue)
        guard try disk.status(of: layout.done(job.key)) != nil else { return [] }
        let metrics = try JobFiles(disk: disk, layout: layout).done(job.key).metrics
        return (metrics.alerts ?? []).map { alert in
            AlertNotice(
                alert,
                finishedWallSeconds: metrics.finishedWallSeconds ?? nowWallSeconds,
                sender: sender,
                nowWallSeconds: nowWallSeconds
            )
        }
    }
}
