/// How much a simulated disk holds.
public struct DiskCapacity: Sendable, Equatable {
    /// Bytes of file content.
    public var bytes: Int
    /// Files and directories, the root aside.
    public var inodes: Int

    /// Limits a disk.
    public init(bytes: Int = .max, inodes: Int = .max) {
        self.bytes = bytes
        self.inodes = inodes
    }

    /// A disk that never fills.
    public static let unlimited = DiskCapacity()
}

/// In which order a simulated disk makes changes of names durable.
public enum NameOrdering: Sendable, Hashable, CaseIterable {
    /// Each on its own, with the sync of every directory that it touches: all that POSIX promises.
    case arbitrary
    /// All in one sequence, which any sync commits up to its moment, as ext4 and XFS do.
    case journaled
}

/// What ends one life of a simulated disk and begins the next.
public enum Restart: Sendable, Hashable {
    /// The process died: all that it did is there.
    case process
    /// The power failed: what was synced is there, and of the rest what the seed decides.
    case powerLoss(seed: UInt64)
}
