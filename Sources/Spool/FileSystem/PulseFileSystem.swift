import Glibc
public import SystemPackage

/// A disk that tells of each call that one thread makes, so that whoever listens knows that this thread goes on.
///
/// The keeper may work on one job for minutes, and never for long without a call on the disk.
public final class PulseFileSystem: FileSystem {
    private let disk: any FileSystem
    private let pulse: Pulse

    /// Listens to the calling thread.
    ///
    /// - Parameters:
    ///   - disk: Where all calls go.
    ///   - beat: Is called by the thread that made this, before each of its calls.
    public init(_ disk: any FileSystem, beat: @escaping () -> Void) {
        self.disk = disk
        pulse = Pulse(beat)
    }

    /// Opens a regular file, the calls on which are told as well.
    public func open(_ path: FilePath, _ access: FileAccess) throws(FileSystemError) -> any OpenFile {
        pulse.beat()
        return PulseFile(try disk.open(path, access), pulse)
    }

    /// Renames within the root.
    public func rename(_ source: FilePath, to target: FilePath, replacing: Bool) throws(FileSystemError) {
        pulse.beat()
        try disk.rename(source, to: target, replacing: replacing)
    }

    /// Makes one directory.
    public func makeDirectory(_ path: FilePath) throws(FileSystemError) {
        pulse.beat()
        try disk.makeDirectory(path)
    }

    /// Lists a directory.
    public func entries(of path: FilePath, maximum: Int) throws(FileSystemError) -> [DirectoryEntry] {
        pulse.beat()
        return try disk.entries(of: path, maximum: maximum)
    }

    /// Describes what is at a path.
    public func status(of path: FilePath) throws(FileSystemError) -> FileStatus? {
        pulse.beat()
        return try disk.status(of: path)
    }

    /// Removes a file or a link.
    public func removeFile(_ path: FilePath) throws(FileSystemError) {
        pulse.beat()
        try disk.removeFile(path)
    }

    /// Removes an empty directory.
    public func removeDirectory(_ path: FilePath) throws(FileSystemError) {
        pulse.beat()
        try disk.removeDirectory(path)
    }

    /// Makes the names in a directory durable.
    public func syncDirectory(_ path: FilePath) throws(FileSystemError) {
        pulse.beat()
        try disk.syncDirectory(path)
    }

    /// What is left on the file system.
    public func space() throws(FileSystemError) -> FreeSpace {
        pulse.beat()
        return try disk.space()
    }

    /// Whether a process still has the file open for writing.
    public func writers(of path: FilePath) throws(FileSystemError) -> WriterPresence {
        pulse.beat()
        return try disk.writers(of: path)
    }
}

/// An open file of such a disk.
private final class PulseFile: OpenFile {
    private let file: any OpenFile
    private let pulse: Pulse

    init(_ file: any OpenFile, _ pulse: Pulse) {
        self.file = file
        self.pulse = pulse
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileSystemError) -> Int {
        pulse.beat()
        return try file.read(into: buffer)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(FileSystemError) {
        pulse.beat()
        try file.write(bytes)
    }

    func sync() throws(FileSystemError) {
        pulse.beat()
        try file.sync()
    }

    func status() throws(FileSystemError) -> FileStatus {
        pulse.beat()
        return try file.status()
    }

    func close() throws(FileSystemError) {
        pulse.beat()
        try file.close()
    }
}

/// Who listens, and to which thread.
///
/// `@unchecked Sendable`: `listener` is called by the one thread that made this, and nothing changes.
private final class Pulse: @unchecked Sendable {
    private let thread = pthread_self()
    private let listener: () -> Void

    init(_ listener: @escaping () -> Void) {
        self.listener = listener
    }

    func beat() {
        if pthread_equal(thread, pthread_self()) != 0 { listener() }
    }
}
