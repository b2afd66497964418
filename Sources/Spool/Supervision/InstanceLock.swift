import CLinux
import Glibc
public import SystemPackage

/// The lock that one daemon holds on a root: flock(2) on ROOT/lock and on the root directory itself.
///
/// A lock file that somebody removes or replaces can be locked anew, the directory cannot; the file is there for file
/// systems on which directories have no locks, and for whoever looks for it.
///
/// The lock belongs to the open files and not to the process: a child that inherits `descriptors` keeps it after its
/// parent was killed, so no second daemon starts while an engine still works.
public final class InstanceLock: Sendable {
    /// The name of the lock file in the root.
    public static let fileName: FilePath.Component = "lock"

    /// How often a lock that nobody really holds is tried again, a millisecond apart.
    private static let attemptsMaximum = 200

    /// What a child inherits: the lock file and the root directory, in this order.
    public var descriptors: [FileDescriptor] { files.map(\.descriptor) }

    private let files: [LockedFile]

    private init(files: [LockedFile]) {
        self.files = files
    }

    /// Keeps the lock that the parent took.
    ///
    /// - Parameter descriptors: The inherited descriptors, which this now owns.
    /// - Throws: `SupervisionError` where one is not open.
    public init(inherited descriptors: [FileDescriptor]) throws(SupervisionError) {
        files = descriptors.map(LockedFile.init)
        for descriptor in descriptors where linux_set_close_on_exec(descriptor.rawValue) == -1 {
            throw SupervisionError(operation: "inheriting the instance lock", errno: Errno(rawValue: errno))
        }
    }

    /// Takes the lock of a root, without waiting for another daemon.
    ///
    /// - Parameter root: The root.
    /// - Returns: The lock, or nil when another process holds it.
    /// - Throws: `FileSystemError` when the lock file cannot be opened or locked.
    public static func tryLock(root: FilePath) throws(FileSystemError) -> InstanceLock? {
        let path = root.appending(fileName)
        let file = try open(path, O_RDWR | O_CREAT | O_NOFOLLOW)
        guard try take(file, path) else { return nil }
        let directory = try open(root, O_RDONLY | O_DIRECTORY)
        guard try take(directory, root) else { return nil }
        // Says since when, for who asks how long this daemon has said nothing; a hint, so no failure.
        futimens(file.descriptor.rawValue, nil)
        return InstanceLock(files: [file, directory])
    }

    /// Whether a daemon holds the lock of a root.
    ///
    /// - Parameter root: The root.
    /// - Returns: Whether it is held at this moment.
    /// - Throws: `FileSystemError` when the lock file is there and cannot be asked.
    public static func isHeld(root: FilePath) throws(FileSystemError) -> Bool {
        for (path, flags) in [(root.appending(fileName), O_NOFOLLOW), (root, O_DIRECTORY)] {
            do throws(FileSystemError) {
                let file = try open(path, O_RDONLY | flags)
                if try !attempt(path, { linux_try_lock_shared(file.descriptor.rawValue) }) { return true }
            } catch {
                // Who may not list the root can still ask by the file.
                let isAbsent = error.errno == .noSuchFileOrDirectory
                guard isAbsent || (path == root && error.errno == .permissionDenied) else { throw error }
            }
        }
        return false
    }

    private static func open(_ path: FilePath, _ flags: CInt) throws(FileSystemError) -> LockedFile {
        let descriptor = try SystemCall.perform("open", path) {
            path.withPlatformString { linux_openat(AT_FDCWD, $0, flags | O_CLOEXEC, 0o644) }
        }
        return LockedFile(FileDescriptor(rawValue: descriptor))
    }

    private static func take(_ file: LockedFile, _ path: FilePath) throws(FileSystemError) -> Bool {
        let descriptor = file.descriptor.rawValue
        for _ in 0..<attemptsMaximum {
            if try attempt(path, { linux_try_lock_exclusive(descriptor) }) { return true }
            // A shared lock is granted beside those who only ask whether the root is locked, as `isHeld` does:
            // then there is no daemon, and the next attempt may succeed.
            guard try attempt(path, { linux_try_lock_shared(descriptor) }) else { return false }
            linux_unlock(descriptor)
            usleep(1_000)
        }
        return false
    }

    /// Tries a lock once; a directory that the file system cannot lock, as on NFS, counts as locked by us.
    private static func attempt(_ path: FilePath, _ lock: () -> CInt) throws(FileSystemError) -> Bool {
        do throws(FileSystemError) {
            try SystemCall.perform("lock", path, lock)
            return true
        } catch {
            if error.errno == .wouldBlock { return false }
            let isWithoutLocks = [.badFileDescriptor, .noLocks, .notSupported, .invalidArgument].contains(error.errno)
            guard isWithoutLocks && path.lastComponent != fileName else { throw error }
            return true
        }
    }
}

/// An open file that is closed when it is let go.
private final class LockedFile: Sendable {
    let descriptor: FileDescriptor

    init(_ descriptor: FileDescriptor) {
        self.descriptor = descriptor
    }

    deinit {
        Glibc.close(descriptor.rawValue)
    }
}
