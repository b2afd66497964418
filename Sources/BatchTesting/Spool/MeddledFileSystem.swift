public import Spool
public import SystemPackage

/// A file system before whose every call somebody else has a turn.
public final class MeddledFileSystem: FileSystem {
    private let base: any FileSystem
    private let meddle: @Sendable (_ operation: String, _ path: FilePath) -> Void

    /// Lets somebody in between all calls.
    ///
    /// - Parameters:
    ///   - base: Where the calls go.
    ///   - meddle: Is called before each, with its name and path.
    public init(_ base: any FileSystem, meddle: @escaping @Sendable (_ operation: String, _ path: FilePath) -> Void) {
        self.base = base
        self.meddle = meddle
    }

    /// Opens a regular file.
    public func open(_ path: FilePath, _ access: FileAccess) throws(FileSystemError) -> any OpenFile {
        meddle("open", path)
        return try base.open(path, access)
    }

    /// Renames.
    public func rename(_ source: FilePath, to target: FilePath, replacing: Bool) throws(FileSystemError) {
        meddle("rename", source)
        try base.rename(source, to: target, replacing: replacing)
    }

    /// Makes one directory.
    public func makeDirectory(_ path: FilePath) throws(FileSystemError) {
        meddle("make directory", path)
        try base.makeDirectory(path)
    }

    /// Lists a directory.
    public func entries(of path: FilePath, maximum: Int) throws(FileSystemError) -> [DirectoryEntry] {
        meddle("list", path)
        return try base.entries(of: path, maximum: maximum)
    }

    /// Describes what is at a path.
    public func status(of path: FilePath) throws(FileSystemError) -> FileStatus? {
        meddle("stat", path)
        return try base.status(of: path)
    }

    /// Removes a file.
    public func removeFile(_ path: FilePath) throws(FileSystemError) {
        meddle("remove file", path)
        try base.removeFile(path)
    }

    /// Removes an empty directory.
    public func removeDirectory(_ path: FilePath) throws(FileSystemError) {
        meddle("remove directory", path)
        try base.removeDirectory(path)
    }

    /// Makes the names in a directory durable.
    public func syncDirectory(_ path: FilePath) throws(FileSystemError) {
        meddle("sync", path)
        try base.syncDirectory(path)
    }

    /// What is left.
    public func space() throws(FileSystemError) -> FreeSpace {
        meddle("statvfs", "")
        return try base.space()
    }

    /// Whether a file is being written.
    public func writers(of path: FilePath) throws(FileSystemError) -> WriterPresence {
        meddle("lease", path)
        return try base.writers(of: path)
    }
}
