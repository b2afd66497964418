import CLinux
import Glibc
public import SystemPackage

/// Removes what a plan has found, so that a kill at any moment leaves whole things and nothing for good.
///
/// A directory is first moved out of sight, into `state/`, and what lies there is removed by the next sweep: no half
/// of a job's results is ever seen. Whoever holds a sweeper is the only one.
public final class Sweeper {
    private let disk: any FileSystem
    private let lock: CInt
    private var count = 0

    private static let trashPrefix = "gc."

    /// Begins to sweep.
    ///
    /// - Parameters:
    ///   - disk: The root.
    ///   - root: The root's path, for the lock.
    /// - Returns: Nil where another process sweeps.
    /// - Throws: `FileSystemError`.
    public static func begin(disk: any FileSystem, root: FilePath) throws(FileSystemError) -> Sweeper? {
        let path = root.appending(SpoolLayout.sweepLock.string)
        // To lock a file that another user made, reading is enough.
        let flags = O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC
        let descriptor = try SystemCall.perform("open", path) {
            path.withPlatformString { linux_openat(AT_FDCWD, $0, flags, 0o644) }
        }
        guard linux_try_lock_exclusive(descriptor) == 0 else {
            close(descriptor)
            return nil
        }
        return Sweeper(disk: disk, lock: descriptor)
    }

    /// Sweeps a disk that nobody else sweeps.
    init(disk: any FileSystem, lock: CInt = -1) {
        self.disk = disk
        self.lock = lock
    }

    deinit {
        if lock >= 0 { close(lock) }
    }

    /// Removes what a sweep that was killed, or refused, has left out of sight.
    ///
    /// - Returns: What of it is still there.
    /// - Throws: `FileSystemError`, where that cannot be listed.
    public func removeLeftOvers() throws(FileSystemError) -> [SweepFailure] {
        guard try disk.status(of: SpoolLayout.state) != nil else { return [] }
        var failures: [SweepFailure] = []
        for entry in try disk.entries(of: SpoolLayout.state, maximum: .max)
        where entry.kind == .directory && entry.name.string.hasPrefix(Self.trashPrefix) {
            let path = SpoolLayout.state.appending(entry.name)
            do throws(FileSystemError) {
                try disk.removeTree(path)
            } catch {
                failures.append(SweepFailure(path, error))
            }
        }
        return failures
    }

    /// Removes one thing, if it is still what was found.
    ///
    /// - Parameter item: What a plan has found.
    /// - Returns: False where something else lies there by now, or nothing.
    /// - Throws: `FileSystemError`.
    public func remove(_ item: SweepItem) throws(FileSystemError) -> Bool {
        let path = item.filePath
        guard try disk.status(of: path) == item.status else { return false }
        if item.place == .hold { return try removeHeld(path, item) }
        try removeWhole(path, item.status.kind)
        if item.place == .quarantine {
            let note = QuarantineNote.path(for: path)
            if try disk.status(of: note)?.kind == .regular { try disk.removeFile(note) }
        }
        return true
    }

    /// Makes durable that names are gone.
    ///
    /// - Parameter items: What was removed.
    /// - Throws: `FileSystemError`.
    public func makeDurable(_ items: [SweepItem]) throws(FileSystemError) {
        for directory in Set(items.map { $0.filePath.removingLastComponent() }) { try disk.syncDirectory(directory) }
    }

    private func removeWhole(_ path: FilePath, _ kind: FileKind) throws(FileSystemError) {
        guard kind == .directory else { return try disk.removeFile(path) }
        let trash = try freeTrash()
        try disk.moveDurably(path, to: trash)
        try disk.removeTree(trash)
    }

    private func freeTrash() throws(FileSystemError) -> FilePath {
        while true {
            count += 1
            let path = SpoolLayout.state.appending("\(Self.trashPrefix)\(count)")
            if try disk.status(of: path) == nil { return path }
        }
    }

    /// Removes a held job with its input, or an input without its job, unless the job is released at this moment.
    private func removeHeld(_ path: FilePath, _ item: SweepItem) throws(FileSystemError) -> Bool {
        guard let name = path.lastComponent?.string else { return false }
        let layout = QueueLayout(queue: item.queue)
        if let key = SweepPlan.owner(ofInput: name) {
            for job in [layout.held(key), layout.job(key)] where try disk.status(of: job.directory) != nil {
                return false
            }
        }
        let trash = try freeTrash()
        try disk.makeDirectory(trash)
        // The input goes first: a job without its input says so, an input without its job says nothing.
        let inputs = try disk.entries(of: layout.hold, maximum: .max).map(\.name)
            .filter { SweepPlan.owner(ofInput: $0.string) == name }
        for input in inputs { try disk.moveDurably(layout.hold.appending(input), to: trash.appending(input)) }
        do throws(FileSystemError) {
            try disk.moveDurably(path, to: trash.appending(name))
        } catch {
            // It was released, or may not be moved: it needs its input again, which goes to the archive when it ends.
            if try disk.status(of: trash.appending(name)) == nil {
                for input in inputs { try disk.moveDurably(trash.appending(input), to: layout.hold.appending(input)) }
                try disk.removeTree(trash)
            }
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return false
        }
        try disk.removeTree(trash)
        return true
    }
}
