import SystemPackage

/// Tries in a queue's `staging/` what the ledger is made of: create, sync, rename without replacing.
///
/// It uses a name that no job has, and removes it. A daemon that starts meanwhile sweeps `staging/` and may remove it
/// first, which is no fault of the disk.
public struct RenameProbe {
    private let disk: any FileSystem
    private let directory: FilePath
    private let first: FilePath
    private let second: FilePath
    private let now: () -> Double

    /// Creates a probe.
    ///
    /// - Parameters:
    ///   - disk: The root.
    ///   - queue: The queue whose `staging/` is used.
    ///   - token: What tells this probe's files from those of others, such as the process's number.
    ///   - now: A monotonic clock, in seconds.
    public init(disk: any FileSystem, queue: String, token: String, now: @escaping () -> Double) {
        self.disk = disk
        directory = QueueLayout(queue: queue).staging
        first = directory.appending(".doctor.\(token).a")
        second = directory.appending(".doctor.\(token).b")
        self.now = now
    }

    /// Tries it.
    ///
    /// - Returns: What came of it.
    public func finding() -> Finding {
        do throws(FileSystemError) {
            let finding = try probe()
            try removeProbes()
            return finding
        } catch {
            try? removeProbes()
            return judgement(of: error)
        }
    }

    private func probe() throws(FileSystemError) -> Finding {
        let start = now()
        try disk.writeSynced([0x0A], to: first)
        try disk.rename(first, to: second, replacing: false)
        try disk.syncDirectory(directory)
        let milliseconds = (now() - start) * 1000
        try disk.writeSynced([0x0A], to: first)
        guard try replaces() else {
            let took = Int((milliseconds * 10).rounded())
            return Finding(
                .disk,
                .ok,
                directory.string,
                "renames without replacing; write, sync and rename took \(took / 10).\(took % 10) ms"
            )
        }
        return Finding(
            .disk,
            .error,
            directory.string,
            "a rename that must not replace (RENAME_NOREPLACE) replaced a file",
            advice: "move the root to ext4, XFS, Btrfs or tmpfs; do not run batchd on this file system"
        )
    }

    /// Whether a rename that must not replace does it all the same.
    private func replaces() throws(FileSystemError) -> Bool {
        do throws(FileSystemError) {
            try disk.rename(first, to: second, replacing: false)
            return true
        } catch {
            guard error.errno == .fileExists else { throw error }
            return false
        }
    }

    private func removeProbes() throws(FileSystemError) {
        for path in [first, second] where try disk.status(of: path) != nil { try disk.removeFile(path) }
    }

    private func judgement(of error: FileSystemError) -> Finding {
        let missing = error.errno == .invalidArgument || error.errno == .noFunction
        if error.operation == "rename", missing {
            return Finding(
                .disk,
                .error,
                directory.string,
                "the file system cannot rename without replacing: \(error.errno)",
                advice: "move the root to ext4, XFS, Btrfs or tmpfs"
            )
        }
        if error.errno == .noSuchFileOrDirectory {
            return Finding(
                .disk,
                .note,
                directory.string,
                "no rename could be tried: it is not there, or a run that was starting swept it",
                advice: "run doctor again once a run has made the queue's directories"
            )
        }
        return .unseen(.disk, directory.string, error)
    }
}
