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
        /// When it finished, seconds since 1970. A root that was copied without its times has records written today.
        var finished: Double
    }

    /// The jobs with alarms that finished since a time, in the order in which they did.
    ///
    /// A record that cannot be read is left out; whoever restores it after that may send its alarms by hand.
    ///
    /// - Parameter since: Seconds since 1970.
    /// - Returns: The jobs.
    /// - Throws: `FileSystemError`, where a directory cannot be listed.
    func entries(since: Double) throws -> [Entry] {
        var found: [Entry] = []
        for queue in try disk.entries(of: SpoolLayout.spool, maximum: .max) where queue.kind == .directory {
            let layout = QueueLayout(queue: queue.name.string)
            let files = JobFiles(disk: disk, layout: layout)
            // A record is never older than its job's end, so those whose files are older are not opened.
            for file in try files.doneEntries(since: since) {
                guard let metrics = try? files.done(file.key).metrics, metrics.alerts?.isEmpty == false,
                    let finished = metrics.finishedWallSeconds, finished >= since
                else { continue }
                found.append(Entry(job: metrics.job, finished: finished))
            }
        }
        return found.sorted { ($0.finished, $0.job.key) < ($1.finished, $1.job.key) }
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
