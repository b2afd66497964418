import CLinux
import Glibc
import SystemPackage

/// What turns glibc's -1 and errno into `FileSystemError`, in one place.
enum SystemCall {
    /// Makes a call until no signal interrupts it.
    ///
    /// - Parameters:
    ///   - operation: The call's name for the error.
    ///   - path: The path for the error.
    ///   - body: The call; -1 says that errno is set.
    /// - Returns: What the call returned.
    /// - Throws: `FileSystemError` with the call's errno.
    @discardableResult
    static func perform<Result: FixedWidthInteger & SignedInteger>(
        _ operation: String,
        _ path: FilePath,
        _ body: () -> Result
    ) throws(FileSystemError) -> Result {
        while true {
            let result = body()
            if result != -1 { return result }
            let code = errno
            if code != EINTR { throw FileSystemError(operation: operation, path: path, errno: Errno(rawValue: code)) }
        }
    }

    /// Makes a call that takes a path, as `perform(_:_:_:)` does.
    ///
    /// - Parameters:
    ///   - operation: The call's name for the error.
    ///   - path: Passed to `body` as a C string, and `.` where it is empty.
    ///   - body: The call; -1 says that errno is set.
    /// - Returns: What the call returned.
    /// - Throws: `FileSystemError` with the call's errno.
    /// - Precondition: `path` is relative; an absolute one would leave the root.
    @discardableResult
    static func perform(
        _ operation: String,
        at path: FilePath,
        _ body: (UnsafePointer<CChar>) -> CInt
    ) throws(FileSystemError) -> CInt {
        precondition(path.isRelative, "'\(path)' is not relative to the root")
        return try perform(operation, path) { () -> CInt in
            path.isEmpty ? body(".") : path.withPlatformString(body)
        }
    }

    /// Closes a descriptor; Linux has closed it also where close(2) says EINTR, so that is no error and no retry.
    static func close(_ descriptor: CInt, path: FilePath) throws(FileSystemError) {
        if Glibc.close(descriptor) == -1, errno != EINTR {
            throw FileSystemError(operation: "close", path: path, errno: Errno(rawValue: errno))
        }
    }
}
