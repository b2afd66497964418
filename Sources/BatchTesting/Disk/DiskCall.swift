public import SystemPackage

/// The calls that change a disk.
public enum DiskOperation: String, Sendable, Hashable, CaseIterable {
    /// `open` with `.createNew`.
    case create
    /// `OpenFile.write`.
    case write
    /// `OpenFile.sync`.
    case sync
    /// `OpenFile.close` of a file that was created.
    case close
    /// `rename`.
    case rename
    /// `makeDirectory`.
    case makeDirectory
    /// `removeFile`.
    case removeFile
    /// `removeDirectory`.
    case removeDirectory
    /// `syncDirectory`.
    case syncDirectory
}

/// One changing call, as the log of a simulated disk keeps it.
public struct DiskCall: Sendable, Equatable, CustomStringConvertible {
    /// Its number, from 1.
    public var index: Int
    /// What was called.
    public var operation: DiskOperation
    /// On what; the source of a rename.
    public var path: FilePath
    /// The target of a rename.
    public var target: FilePath?

    /// "12 rename staging/pub.a -> outbox/q/a".
    public var description: String {
        "\(index) \(operation.rawValue) \(path)" + (target.map { " -> \($0)" } ?? "")
    }
}
