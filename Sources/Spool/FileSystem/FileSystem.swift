public import SystemPackage

/// Everything that batchd does to a disk, and nothing else: the seam at which tests put a disk that forgets.
///
/// Paths are relative to the root that the implementation was made with. Every call follows no symbolic link in
/// the last component, retries EINTR, and throws `FileSystemError` with the path and errno. Implementations are
/// thread-safe; one `OpenFile` is used by one thread at a time.
public protocol FileSystem: Sendable {
    /// Opens a regular file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - access: For reading, or for writing a file that must not exist yet.
    /// - Returns: The open file, to be closed by the caller.
    /// - Throws: `FileSystemError`, with `EINVAL` where a file to be read is a directory, link, FIFO, socket or device.
    func open(_ path: FilePath, _ access: FileAccess) throws(FileSystemError) -> any OpenFile

    /// Renames within the root, atomically.
    ///
    /// - Parameters:
    ///   - source: What is renamed, a file or a directory.
    ///   - target: Its new path.
    ///   - replacing: Whether an existing file may be replaced; otherwise an existing target is `EEXIST`.
    /// - Throws: `FileSystemError`.
    func rename(_ source: FilePath, to target: FilePath, replacing: Bool) throws(FileSystemError)

    /// Makes one directory, mode 0755 before the umask.
    func makeDirectory(_ path: FilePath) throws(FileSystemError)

    /// Lists a directory without `.` and `..`, in no particular order.
    ///
    /// - Parameters:
    ///   - path: The directory.
    ///   - maximum: Stop after so many entries.
    /// - Returns: At most `maximum` entries.
    /// - Throws: `FileSystemError`.
    func entries(of path: FilePath, maximum: Int) throws(FileSystemError) -> [DirectoryEntry]

    /// Describes what is at a path, a link itself rather than its target; nil where nothing is.
    func status(of path: FilePath) throws(FileSystemError) -> FileStatus?

    /// Removes a file or a link.
    func removeFile(_ path: FilePath) throws(FileSystemError)

    /// Removes an empty directory.
    func removeDirectory(_ path: FilePath) throws(FileSystemError)

    /// Makes the names in a directory durable.
    func syncDirectory(_ path: FilePath) throws(FileSystemError)

    /// What is left on the file system.
    func space() throws(FileSystemError) -> FreeSpace

    /// Whether a process still has the file open for writing, as far as a read lease can tell.
    func writers(of path: FilePath) throws(FileSystemError) -> WriterPresence
}

/// How a file is opened.
public enum FileAccess: Sendable, Equatable {
    /// For reading.
    case read

    /// For writing, and the file must not exist yet. Mode 0644 before the umask.
    case createNew
}

/// An open regular file. Closing it twice, or using it after closing, is a programmer's error.
public protocol OpenFile: AnyObject {
    /// Reads up to `buffer.count` bytes from where the last read stopped; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileSystemError) -> Int

    /// Writes all bytes, resuming after short writes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(FileSystemError)

    /// Makes the content durable. After a failure the file must be discarded, never synced again.
    func sync() throws(FileSystemError)

    /// Describes the open file.
    func status() throws(FileSystemError) -> FileStatus

    /// Closes the file.
    func close() throws(FileSystemError)
}

/// One name in a directory, as bytes: names need not be UTF-8.
public struct DirectoryEntry: Sendable, Equatable, Hashable {
    /// The name, one path component.
    public var name: FilePath.Component

    /// What it names.
    public var kind: FileKind

    /// Creates an entry.
    public init(name: FilePath.Component, kind: FileKind) {
        self.name = name
        self.kind = kind
    }
}

/// What a path names.
public enum FileKind: Sendable, Equatable, Hashable {
    /// A regular file.
    case regular
    /// A directory.
    case directory
    /// A symbolic link, FIFO, socket or device: never opened.
    case other
}

/// What `lstat` and `fstat` tell.
public struct FileStatus: Sendable, Equatable {
    /// What it is.
    public var kind: FileKind
    /// Size in bytes.
    public var bytes: Int
    /// Last modification, seconds since 1970.
    public var modifiedSeconds: Double
    /// The last change of anything about it, a rename included, seconds since 1970.
    public var changedSeconds: Double

    /// Creates a description.
    ///
    /// - Parameters:
    ///   - kind: What it is.
    ///   - bytes: Its size.
    ///   - modifiedSeconds: Its last modification, seconds since 1970.
    ///   - changedSeconds: Its last change; nil where nothing but its content was changed.
    public init(kind: FileKind, bytes: Int, modifiedSeconds: Double, changedSeconds: Double? = nil) {
        self.kind = kind
        self.bytes = bytes
        self.modifiedSeconds = modifiedSeconds
        self.changedSeconds = changedSeconds ?? modifiedSeconds
    }

    /// Whether two looks have shown the same content; a file that was only renamed between them still has it.
    public static func == (left: FileStatus, right: FileStatus) -> Bool {
        left.kind == right.kind && left.bytes == right.bytes && left.modifiedSeconds == right.modifiedSeconds
    }
}

/// What is left for us on the file system.
public struct FreeSpace: Sendable, Equatable {
    /// Bytes that we may still write.
    public var bytes: Int
    /// Files that we may still create; `Int.max` where the file system does not count them.
    public var inodes: Int

    /// Creates a description.
    public init(bytes: Int, inodes: Int) {
        self.bytes = bytes
        self.inodes = inodes
    }

    /// "12 MiB", and the inodes where the file system counts them.
    var inWords: String { bytes.bytesInWords + (inodes == .max ? "" : " and \(inodes) inodes") }
}

/// What a read lease says about a file's writers.
public enum WriterPresence: Sendable, Equatable {
    /// Nobody has it open for writing.
    case none
    /// Somebody has.
    case some
    /// We may not ask: another owner's file, or a file system without leases.
    case unknown
}

/// A failed system call.
public struct FileSystemError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The call, `rename`.
    public var operation: String
    /// The path below the root.
    public var path: FilePath
    /// Why.
    public var errno: Errno

    /// Creates an error.
    public init(operation: String, path: FilePath, errno: Errno) {
        self.operation = operation
        self.path = path
        self.errno = errno
    }

    /// "rename of 'spool/reviews/claimed/a.jsonl' failed: No space left on device (errno 28)".
    public var description: String {
        // No call failed here: errno only says that the queue cannot go on.
        if operation == Self.unseal { return "'\(path)' is not what batchd wrote there" }
        return "\(operation) of '\(path)' failed: \(errno) (errno \(errno.rawValue))"
    }
}
