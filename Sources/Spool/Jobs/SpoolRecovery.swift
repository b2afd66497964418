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
        /// Claimed files without a job.
        var unread: [String] = []
    }

    /// Recovers in the order jobs, claimed files, orphans in staging.
    ///
    /// - Parameter completed: Is told of each job that was taken to its end.
    /// - Returns: What is still to be done.
    /// - Throws: `FileSystemError`.
    func recover(completed: (JobName, JobCompletion.End) -> Void) throws -> Findings {
        var findings = Findings()
        var sources: Set<String> = []
        for key in try names(in: layout.jobs) {
            let record = try JobFiles.record(at: layout.job(key).record, on: disk)
            let completion = JobCompletion(disk: disk, layout: layout)
            if try completion.isBegun(key) {
                completed(JobName(queue: layout.queue, key: key), try completion.complete(record))
            } else {
                sources.insert(record.source)
                findings.running.append(record)
            }
        }
        let claimed = try names(in: layout.claimed)
        let statements = Set((claimed + sources).flatMap(ClaimedSidecars.names(for:)))
        for name in claimed where !sources.contains(name) {
            // What is no file is no statement either, whatever its name; reading it will say so.
            let isFile = try disk.status(of: layout.claimed.appending(name))?.kind == .regular
            if case .sidecar = IncomingName(bytes: Array(name.utf8), isDirectory: false), isFile {
                if !statements.contains(name) { try giveBack(name) }
            } else {
                findings.unread.append(name)
            }
        }
        try removeOrphans()
        return findings
    }

    /// Puts a sender's statement back beside its file: a power loss has undone the file's claim and not its own.
    private func giveBack(_ name: String) throws {
        let (claimed, dropped) = (layout.claimed.appending(name), layout.incoming.appending(name))
        if try disk.status(of: dropped) != nil { return try disk.removeFile(claimed) }
        try disk.rename(claimed, to: dropped, replacing: false)
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
