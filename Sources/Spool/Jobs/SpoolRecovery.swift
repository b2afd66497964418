import BatchCore
import SystemPackage

/// Brings one queue's directories back to a state that the daemon can go on from, after whatever ended it.
///
/// Recovery reads what is on disk and nothing else; doing it twice, or being killed in it, changes nothing.
struct SpoolRecovery {
    let disk: any FileSystem
    let layout: QueueLayout

    /// What is still to be done.
    struct Findings {
        /// Jobs with shards to compute or results to assemble.
        var running: [JobRecord] = []
        /// Jobs that were taken to their end.
        var completed: [(JobName, JobCompletion.End)] = []
        /// Claimed files without a job.
        var unread: [String] = []
    }

    /// Recovers in the order jobs, claimed files, orphans in staging.
    ///
    /// - Throws: `FileSystemError`.
    func recover() throws -> Findings {
        var findings = Findings()
        var sources: Set<String> = []
        for key in try names(in: layout.jobs) {
            let record = try JobFiles.record(at: layout.job(key).record, on: disk)
            if try disk.status(of: layout.job(key).intent) != nil {
                let end = try JobCompletion(disk: disk, layout: layout).complete(record)
                findings.completed.append((JobName(queue: layout.queue, key: key), end))
            } else {
                sources.insert(record.source)
                findings.running.append(record)
            }
        }
        let claimed = try names(in: layout.claimed)
        let statements = Set(claimed.flatMap(ClaimedSidecars.names(for:)))
        for name in claimed where !sources.contains(name) {
            if case .sidecar = IncomingName(bytes: Array(name.utf8), isDirectory: false) {
                // Left behind by a file that has moved on, it would speak of the next one of that name.
                if !statements.contains(name) { try disk.removeFile(layout.claimed.appending(name)) }
                continue
            }
            findings.unread.append(name)
        }
        try removeOrphans()
        return findings
    }

    /// Whatever is in staging now was being built or removed, and can be built again.
    private func removeOrphans() throws {
        for name in try names(in: layout.staging) {
            try disk.removeTree(layout.staging.appending(name))
        }
    }

    private func names(in directory: FilePath) throws -> [String] {
        try disk.entries(of: directory, maximum: .max).map(\.name.string).sorted()
    }
}
