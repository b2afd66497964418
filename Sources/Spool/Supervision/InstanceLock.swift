import CLinux
import Glibc
public import SystemPackage

/// The lock that one daemon holds on a root: flock(2) on ROOT/lock, which is never removed.
///
/// The lock belongs to the open file and not to the process: a child that inherits `descriptor` keeps it after its
/// parent was killed, so no second daemon starts while an engine still works.
public final class InstanceLock: Sendable {
    /// The name of the lock file in the root.
    public static let fileName: FilePath.Component = "lock"

    /// How often a lock that nobody really holds is tried again, a millisecond apart.
    private static let attemptsMaximum = 200

    /// What a child inherits.
    public var descriptor: FileDescriptor { FileDescriptor(rawValue: rawDescriptor) }

    private let rawDescriptor: CInt

    private init(rawDescriptor: CInt) {
        self.rawDescriptor = rawDescriptor
    }

    /// Keeps the lock that the parent took.
    ///
    /// - Parameter descriptor: The inherited descriptor, which this now owns.
    /// - Throws: `SupervisionError` where it is not open.
    public init(inherited descriptor: FileDescriptor) throws(SupervisionError) {
        rawDescriptor = descriptor.rawValue
        if linux_set_close_on_exec(rawDescriptor) == -1 {
            throw SupervisionError(operation: "inheriting the instance lock", errno: Errno(rawValue: errno))
        }
    }

    /// Releases the lock, unless a child has it too.
    deinit {
        close(rawDescriptor)
    }

    /// Takes the lock of a root, without waiting for another daemon.
    ///
    /// - Parameter root: The root.
    /// - Returns: The lock, or nil when another process holds it.
    /// - Throws: `FileSystemError` when the lock file cannot be opened or locked.
    public static func tryLock(root: FilePath) throws(FileSystemError) -> InstanceLock? {
        let path = root.appending(fileName)
        let descriptor = try SystemCall.perform("open", path) {
            path.withPlatformString { linux_openat(AT_FDCWD, $0, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o644) }
        }
        let lock = InstanceLock(rawDescriptor: descriptor)
        for _ in 0..<attemptsMaximum {
            if try attempt(path, { linux_try_lock_exclusive(descriptor) }) { return lock }
            // A shared lock is granted beside those who only ask whether the root is locked, as `isHeld` does:
            // then there is no daemon, and the next attempt may succeed.
            guard try attempt(path, { linux_try_lock_shared(descriptor) }) else { return nil }
            linux_unlock(descriptor)
            usleep(1_000)
        }
        return nil
    }

    /// Whether a daemon holds the lock of a root.
    ///
    /// - Parameter root: The root.
    /// - Returns: Whether it is held at this moment.
    /// - Throws: `FileSystemError` when the lock file is there and cannot be asked.
    public static func isHeld(root: FilePath) throws(FileSystemError) -> Bool {
        let path = root.appending(fileName)
        let descriptor: CInt
        do throws(FileSystemError) {
            descriptor = try SystemCall.perform("open", path) {
                path.withPlatformString { linux_openat(AT_FDCWD, $0, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0) }
            }
        } catch {
            if error.errno == .noSuchFileOrDirectory { return false }
            throw error
        }
        defer { close(descriptor) }
        return try !attempt(path) { linux_try_lock_shared(descriptor) }
    }

    private static func attempt(_ path: FilePath, _ lock: () -> CInt) throws(FileSystemError) -> Bool {
        do throws(FileSystemError) {
            try SystemCall.perform("lock", path, lock)
            return true
        } catch {
            if error.errno == .wouldBlock { return false }
            throw error
        }
    }
}
