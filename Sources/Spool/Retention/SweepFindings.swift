public import SystemPackage

/// Something that could not be looked at, or not removed.
public struct SweepFailure: Sendable, Equatable, Encodable {
    /// The file or directory, from the root.
    public var path: String
    /// Why, and what to do.
    public var reason: String
    /// What failed.
    public let error: FileSystemError
    /// "spool/q/archive/parts: …".
    public var words: String { "\(path): \(reason)" }

    private enum CodingKeys: String, CodingKey {
        case path
        case reason
    }

    /// Describes a failure.
    ///
    /// - Parameters:
    ///   - path: What it was about, from the root.
    ///   - error: What failed.
    public init(_ path: FilePath, _ error: FileSystemError) {
        self.path = path.string
        self.error = error
        reason = error.advice
    }
}

/// What a plan has found.
public struct SweepFindings: Sendable, Equatable {
    /// What may go.
    public var items: [SweepItem] = []
    /// What could not be looked at, and stays.
    public var failures: [SweepFailure] = []

    /// Findings of nothing.
    public init() {}

    /// Adds what may be found at a path, or that it could not be looked at.
    mutating func add(_ path: FilePath, _ find: () throws(FileSystemError) -> SweepItem?) {
        do throws(FileSystemError) {
            if let item = try find() { items.append(item) }
        } catch {
            failures.append(SweepFailure(path, error))
        }
    }
}
