public import Spool
public import SystemPackage

/// A file system that says at once when something has been renamed, as a watcher of the outbox hears it, and what was
/// listed, and that lets others act between two calls.
public final class ObservedFileSystem: FileSystem {
    private let base: any FileSystem
    private let interlude: @Sendable () -> Void
    private let renamed: @Sendable (FilePath) -> Void
    private let listed: @Sendable (FilePath, Int) -> Void

    /// Watches a file system.
    ///
    /// - Parameters:
    ///   - base: Where the calls go.
    ///   - interlude: Is called before each call that changes names, as if other threads had their turn.
    ///   - renamed: Is told the target of every rename that succeeded.
    ///   - listed: Is told of every directory that was listed, with the number of its entries that were read.
    public init(
        _ base: any FileSystem,
        interlude: @escaping @Sendable () -> Void = {},
        renamed: @escaping @Sendable (FilePath) -> Void = { _ in },
        listed: @escaping @Sendable (FilePath, Int) -> Void = { _, _ in }
    ) {
        self.base = base
        self.interlude = interlude
        self.renamed = renamed
        self.listed = listed
    }

    /// Opens a regular file.
    public func open(_ path: FilePath, _ access: FileAccess) throws(FileSystemError) -> any OpenFile {
        if access == .createNew { interlude() }
        return try base.open(path, access)
    }

    /// Renames, then tells.
    public func rename(_ source: FilePath, to target: FilePath, replacing: Bool) throws(FileSystemError) {
        interlude()
        try base.rename(source, to: target, replacing: replacing)
        renamed(target)
    }

    /// Makes one directory.
    public func makeDirectory(_ path: FilePath) throws(FileSystemError) {
        interlude()
        try base.makeDirectory(path)
    }

    /// Lists a directory, then tells.
    public func entries(of path: FilePath, maximum: Int) throws(FileSystemError) -> [DirectoryEntry] {
        let entries = try base.entries(of: path, maximum: maximum)
        listed(path, entries.count)
        return entries
    }

    /// Describes what is at a path.
    public func status(of path: FilePath) throws(FileSystemError) -> FileStatus? {
        try base.status(of: path)
    }

    /// Removes a file.
    public func removeFile(_ path: FilePath) throws(FileSystemError) {
        interlude()
        try base.removeFile(path)
    }

    /// Removes an empty directory.
    public func removeDirectory(_ path: FilePath) throws(FileSystemError) {
        interlude()
        try base.removeDirectory(path)
    }

    /// Makes the names in a directory durable.
    public func syncDirectory(_ path: FilePath) throws(FileSystemError) {
        interlude()
        try base.syncDirectory(path)
    }

    /// What is left.
    public func space() throws(FileSystemError) -> FreeSpace {
        try base.space()
    }

    /// Whether a file is being written.
    public func writers(of path: FilePath) throws(FileSystemError) -> WriterPresence {
        try base.writers(of: path)
    }
}
