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
        if item.place == .hold { try removeInput(ofHeld: path) }
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

    /// The input of a held job goes first: a job without its input says so, an input without its job says nothing.
    private func removeInput(ofHeld path: FilePath) throws(FileSystemError) {
        let directory = path.removingLastComponent()
        guard let key = path.lastComponent?.string else { return }
        for entry in try disk.entries(of: directory, maximum: .max) where entry.name.string.hasPrefix(key + ".input") {
            guard SweepPlan.owner(ofInput: entry.name.string) == key else { continue }
            try removeWhole(directory.appending(entry.name), entry.kind)
        }
    }
}
