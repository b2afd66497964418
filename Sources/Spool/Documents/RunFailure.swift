public import BatchCore

/// `state/failure.json`: why the last run ended before it had begun to work, or gave up; gone once one works.
public struct RunFailure: Sendable, Equatable, Codable {
    /// When it ended, ISO 8601 in UTC.
    public var at: String
    /// The exit code.
    public var exitCode: Int
    /// What was wrong, and what to do.
    public var reason: String

    /// Describes the end of a run.
    ///
    /// - Parameters:
    ///   - reason: What was wrong, and what to do.
    ///   - exitCode: The exit code.
    ///   - time: The clock.
    public init(_ reason: String, exitCode: Int, time: any TimeSource) {
        at = Timestamp.iso8601(time.wallSeconds)
        self.exitCode = exitCode
        self.reason = reason
    }

    private enum CodingKeys: String, CodingKey {
        case at
        case exitCode = "exit_code"
        case reason
    }

    /// Leaves word for `status`. A disk that does not take it is worth no other failure.
    public func leave(on disk: any FileSystem) {
        guard let bytes = try? DocumentCoding.encode(self) else { return }
        try? disk.replaceUnsynced(SpoolLayout.runFailure, with: bytes)
    }

    /// Takes back what was left: a run works.
    public static func forget(on disk: any FileSystem) {
        try? disk.removeFile(SpoolLayout.runFailure)
    }

    /// What the last run has left; nil where it worked, or where that cannot be read.
    public static func last(on disk: any FileSystem) -> RunFailure? {
        let bytes = try? disk.readFile(SpoolLayout.runFailure, bytesMaximum: DocumentLimits.documentBytesMaximum)
        return bytes.flatMap { try? DocumentCoding.decode(RunFailure.self, from: $0) }
    }
}

/// A reload that changed nothing, since something was wrong.
public struct RefusedReload: Sendable, Equatable, Codable {
    /// When, ISO 8601 in UTC.
    public var at: String
    /// What was wrong: the file and the mistake.
    public var reason: String

    /// Describes a reload.
    ///
    /// - Parameters:
    ///   - reason: What was wrong.
    ///   - time: The clock.
    public init(_ reason: String, time: any TimeSource) {
        at = Timestamp.iso8601(time.wallSeconds)
        self.reason = reason
    }
}
