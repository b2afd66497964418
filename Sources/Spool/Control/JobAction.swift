/// What an operator can ask of one job.
public enum JobAction: String, Sendable, Codable, CaseIterable {
    /// Set it aside with what is done of it, to be released or cancelled later.
    case hold
    /// Let a held job go on from where it stopped.
    case release
    /// End it without results.
    case cancel
    /// Put it before, or behind, the other jobs.
    case prioritize
}

/// Which jobs get compute threads first; those of one rank take turns by queue, in the order of their acceptance.
public enum JobRank: Int, Sendable, Codable, Comparable, CaseIterable {
    /// Behind all others.
    case last = -1
    /// As accepted.
    case normal = 0
    /// Before all others.
    case first = 1

    /// The order of ranks.
    public static func < (left: JobRank, right: JobRank) -> Bool { left.rawValue < right.rawValue }
}

/// `control/ID.json`: what a command asks of the daemon that runs.
public struct ControlRequest: Sendable, Equatable, Codable {
    /// What is asked.
    public var action: JobAction
    /// The queue.
    public var queue: String
    /// The job's key.
    public var key: String
    /// The rank, where one is asked for.
    public var rank: JobRank?
    /// Who asks, as the command knows it.
    public var by: String

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - action: What is asked.
    ///   - job: Of which job.
    ///   - rank: The rank, where one is asked for.
    ///   - by: Who asks.
    public init(_ action: JobAction, job: JobName, rank: JobRank? = nil, by: String) {
        self.action = action
        queue = job.queue
        key = job.key
        self.rank = rank
        self.by = by
    }

    /// The job.
    public var job: JobName { JobName(queue: queue, key: key) }
}

/// Why something asked of a job is not done, in words that say what to do.
public struct ControlRefusal: Error, Sendable, Equatable, Codable, CustomStringConvertible {
    /// A sentence.
    public var message: String

    /// Creates a refusal.
    public init(_ message: String) {
        self.message = message
    }

    /// The sentence.
    public var description: String { message }
}
