public import BatchCore

/// The last alarms that a receiver has refused for good, as its ledger tells.
public struct RefusedAlerts: Sendable, Equatable, Codable {
    /// `webhook` or `command`.
    public var receiver: String
    /// Whose alarms they are, `queue/KEY`.
    public var job: String
    /// How many, raised and cleared.
    public var alarms: Int
    /// When, ISO 8601 in UTC.
    public var at: String
    /// What the receiver's answer was.
    public var reason: String

    /// What was refused, with and without a daemon.
    ///
    /// - Parameters:
    ///   - receivers: The receivers that are configured.
    ///   - disk: The root.
    ///   - time: The clock.
    /// - Returns: The last refusal of each that is not over.
    /// - Throws: `FileSystemError`.
    public static func read(
        for receivers: [String],
        on disk: any FileSystem,
        time: any TimeSource
    ) throws -> [RefusedAlerts] {
        try receivers.compactMap { receiver in
            try AlertLedger.read(of: receiver, on: disk, nowWallSeconds: time.wallSeconds)?.refused
        }
    }

    /// "'webhook' refused 1 alarm of news/friday at …, for good: the answer was 422".
    public var words: String {
        let refused = alarms == 1 ? "1 alarm" : "\(alarms) alarms"
        return "'\(receiver)' refused \(refused) of \(job) at \(at), for good: \(reason)"
    }
}
