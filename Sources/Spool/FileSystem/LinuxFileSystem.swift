import CLinux
import Glibc
public import SystemPackage

/// The disk itself: every call goes through glibc, relative to the descriptor of the root.
public final class LinuxFileSystem: FileSystem {
    /// The root as it was given, for messages and for what cannot take a descriptor.
    public let root: FilePath

    private let directory: CInt
    private let heir: FileOwner?

    /// Opens the root.
    ///
    /// - Parameters:
    ///   - root: An existing directory; only here may the last component be a symbolic link.
    ///   - heir: Whom everything is given to that is made here, for who works as root on another user's root; nil where
    ///     it stays whose it is.
    /// - Throws: `FileSystemError` where it is none or may not be opened.
    public init(root: FilePath, givingTo heir: FileOwner? = nil) throws(FileSystemError) {
        self.root = root
        self.heir = heir
        directory = try SystemCall.perform("open", root) {
            root.withPlatformString { linux_openat(AT_FDCWD, $0, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0) }
        }
    }

    deinit {
        Glibc.close(directory)
    }

    /// Opens a regular file; anything else is `EINVAL` and never blocks.
    public func open(_ path: FilePath, _ access: FileAccess) throws(FileSystemError) -> any OpenFile {
        switch access {
        case .read:
            return LinuxOpenFile(descriptor: try openRegular(path), path: path)
        case .createNew:
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
            let descriptor = try SystemCall.perform("create", at: path) { linux_openat(directory, $0, flags, 0o644) }
            // Closes the descriptor where that fails.
            let file = LinuxOpenFile(descriptor: descriptor, path: path)
            do throws(FileSystemError) {
                try give(descriptor, at: path)
            } catch {
                try? removeFile(path)
                throw error
            }
            return file
        }
    }

    /// Renames within the root, by renameat2.
    public func rename(
        _ source: FilePath,
        to target: FilePath,
        replacing: Bool
    ) throws(FileSystemError) {
        precondition(target.isRelative, "'\(target)' is not relative to the root")
        try SystemCall.perform("rename", at: source) { source in
            target.withPlatformString { linux_renameat(directory, source, $0, replacing ? 1 : 0) }
        }
    }

    /// Makes one directory.
    public func makeDirectory(_ path: FilePath) throws(FileSystemError) {
        try SystemCall.perform("make directory", at: path) { mkdirat(directory, $0, 0o755) }
        if heir == nil { return }
        let made = try openDirectory(path)
        defer { Glibc.close(made) }
        try give(made, at: path)
    }

    /// Describes what is at a path; nil where nothing is.
    public func status(of path: FilePath) throws(FileSystemError) -> FileStatus? {
        var description = stat()
        do throws(FileSystemError) {
            try SystemCall.perform("stat", at: path) { fstatat(directory, $0, &description, AT_SYMLINK_NOFOLLOW) }
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw error
        }
        return FileStatus(description)
    }

    /// Removes a file or a link.
    public func removeFile(_ path: FilePath) throws(FileSystemError) {
        try SystemCall.perform("remove file", at: path) { unlinkat(directory, $0, 0) }
    }

    /// Removes an empty directory.
    public func removeDirectory(_ path: FilePath) throws(FileSystemError) {
        try SystemCall.perform("remove directory", at: path) { unlinkat(directory, $0, AT_REMOVEDIR) }
    }

    /// Makes the names in a directory durable.
    public func syncDirectory(_ path: FilePath) throws(FileSystemError) {
        let descriptor = try openDirectory(path)
        defer { Glibc.close(descriptor) }
        try SystemCall.perform("sync directory", path) { fsync(descriptor) }
    }

    /// What is left on the file system for a process without privileges.
    public func space() throws(FileSystemError) -> FreeSpace {
        var description = statvfs()
        try SystemCall.perform("statvfs", "") { fstatvfs(directory, &description) }
        let bytes = UInt64(description.f_bavail).multipliedReportingOverflow(by: UInt64(description.f_frsize))
        return FreeSpace(
            bytes: bytes.overflow ? Int.max : Int(clamping: bytes.partialValue),
            inodes: description.f_files == 0 ? Int.max : Int(clamping: description.f_favail)
        )
    }

    /// Whether a process still has the file open for writing, as far as a read lease can tell.
    public func writers(of path: FilePath) throws(FileSystemError) -> WriterPresence {
        let descriptor: CInt
        do throws(FileSystemError) {
            descriptor = try openRegular(path)
        } catch {
            // A file that we may not read is its owner's business, not a fault of the disk.
            if error.isRefusal { return .unknown }
            throw error
        }
        defer { Glibc.close(descriptor) }
        do throws(FileSystemError) {
            try SystemCall.perform("lease", path) { linux_take_read_lease(descriptor) }
        } catch {
            // Whatever else refuses a lease (owner, file system, mount option) says nothing about writers.
            return error.errno == .resourceTemporarilyUnavailable ? .some : .unknown
        }
        _ = linux_release_lease(descriptor)
        return .none
    }

    /// Opens for reading. O_NONBLOCK keeps a FIFO without a writer, or a modem, from holding us in open(2).
    private func openRegular(_ path: FilePath) throws(FileSystemError) -> CInt {
        let descriptor: CInt
        do throws(FileSystemError) {
            let flags = O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC
            descriptor = try SystemCall.perform("open", at: path) { linux_openat(directory, $0, flags, 0) }
        } catch {
            // A symbolic link is refused with ELOOP and a socket with ENXIO: neither is a regular file.
            let irregular = error.errno == .tooManySymbolicLinkLevels || error.errno == .noSuchAddressOrDevice
            throw irregular ? FileSystemError(operation: "open", path: path, errno: .invalidArgument) : error
        }
        do throws(FileSystemError) {
            guard try FileStatus(descriptor: descriptor, path: path).kind == .regular else {
                throw FileSystemError(operation: "open", path: path, errno: .invalidArgument)
            }
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Gives what was just made to the heir, whom a narrow umask then keeps from nothing.
    private func give(_ descriptor: CInt, at path: FilePath) throws(FileSystemError) {
        // The heir may have put a link in place of a directory, and must get nothing that lies elsewhere.
        guard let heir, let place = Self.place(of: descriptor), let root = Self.place(of: directory),
            place.starts(with: root)
        else { return }
        var description = stat()
        try SystemCall.perform("stat", path) { fstat(descriptor, &description) }
        // A directory with the set-group bit has said whose group it is.
        let group = description.st_gid == getegid() ? heir.group : gid_t.max
        try SystemCall.perform("change owner", path) { fchown(descriptor, heir.user, group) }
    }

    private static func place(of descriptor: CInt) -> FilePath? {
        guard let place = realpath("/proc/self/fd/\(descriptor)", nil) else { return nil }
        defer { free(place) }
        return FilePath(String(cString: place))
    }

    /// Fills in what statx(2) and statfs(2) tell, of a link or of what it leads to.
    func describe(_ path: FilePath, followsLink: Bool, into place: inout linux_place) throws(FileSystemError) {
        try SystemCall.perform("stat", at: path) { linux_describe_place(directory, $0, followsLink ? 1 : 0, &place) }
    }

    func openDirectory(_ path: FilePath) throws(FileSystemError) -> CInt {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        return try SystemCall.perform("open directory", at: path) { linux_openat(directory, $0, flags, 0) }
    }
}

/// A user and a group, by their numbers.
public struct FileOwner: Sendable, Equatable {
    /// The user.
    public var user: UInt32
    /// The group.
    public var group: UInt32

    /// Creates an owner.
    ///
    /// - Parameters:
    ///   - user: The user's number.
    ///   - group: The group's number.
    public init(user: UInt32, group: UInt32) {
        self.user = user
        self.group = group
    }
}
