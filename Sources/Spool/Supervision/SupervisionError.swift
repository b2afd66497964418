public import SystemPackage

/// A failed call of the supervision: processes, locks, signals, shared memory.
public struct SupervisionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What failed, "starting '/usr/bin/batchd'".
    public var operation: String
    /// Why.
    public var errno: Errno

    /// Creates an error.
    public init(operation: String, errno: Errno) {
        self.operation = operation
        self.errno = errno
    }

    /// "starting '/usr/bin/batchd' failed: Resource temporarily unavailable (errno 11)".
    public var description: String {
        "\(operation) failed: \(errno) (errno \(errno.rawValue))"
    }
}
