import BatchCore
import Logging
import SystemPackage

extension SpoolKeeper {
    /// How long a file may be incomplete before the log says so, in seconds.
    static let silentWaitSeconds = 10.0
    /// Files that wait, of a queue, that are named outside the log.
    static let waitingFilesMaximum = 1000

    /// What a run that was told to end has left of one queue.
    public struct Remainder: Sendable, Equatable {
        /// The queue.
        public var queue: String
        /// Jobs that were taken and are not published.
        public var underWay: Int
        /// Entries of `incoming/`, the statements beside files included.
        public var waiting: Int
        /// What they wait for.
        public var reason: String
    }

    /// What is left to do, by queue; queues with nothing left, or stopped, are left out.
    public var remainders: [Remainder] {
        queues.keys.sorted().compactMap { name in
            guard let queue = queues[name], queue.stopReason == nil,
                queue.hasWork || exchange.jobCount(of: name) > 0
            else { return nil }
            let entries = try? disk.entries(of: queue.layout.incoming, maximum: StatusReader.countMaximum)
            let first = Self.waitingFiles(of: queue).min { $0.key < $1.key }
            return Remainder(
                queue: name,
                underWay: queue.activeSources.count,
                waiting: entries?.count ?? 0,
                reason: pauseReason ?? first.map { "'\($0.key)': \($0.value)" } ?? "jobs are under way"
            )
        }
    }

    /// Files that cannot be taken from `incoming/` yet, or not be read, by queue and name, with the reasons.
    public var waitingFiles: [String: [String: String]] {
        queues.compactMapValues { queue in
            let reasons = Self.waitingFiles(of: queue)
            return reasons.isEmpty ? nil : reasons
        }
    }

    private static func waitingFiles(of queue: QueueKeeper) -> [String: String] {
        var reasons: [String: String] = [:]
        for name in queue.restless.keys.filter(queue.unread.contains).prefix(waitingFilesMaximum) {
            reasons[name] = "it was changed after it was taken, and is read again once it has been left alone"
        }
        for (name, wait) in queue.waiting.prefix(waitingFilesMaximum) { reasons[name.string] = wait.reason }
        for name in queue.refused.prefix(waitingFilesMaximum) {
            reasons[name.string] = WaitingFile.refusedReason
        }
        return reasons
    }

    /// Remembers that an entry of `incoming/` is not complete, and has that said once where it lasts.
    func noteWait(of entry: DirectoryEntry, _ look: inout IncomingLook, in queue: QueueKeeper) {
        let reason =
            entry.kind == .directory
            ? WaitingFile.directoryReason
            : "a file is taken once nobody writes it and it has been left alone for settle_seconds"
        let now = time.monotonicSeconds
        var wait = queue.waiting[entry.name] ?? WaitingFile(reason: reason, since: now)
        if !wait.isTold && now - wait.since >= Self.silentWaitSeconds {
            wait.isTold = true
            look.told[reason, default: ToldWait(first: entry.name)].count += 1
        }
        queue.waiting[entry.name] = wait
    }

    /// Says what has been incomplete for long: many that wait for the same make one line.
    func tell(_ told: [String: ToldWait], in queue: QueueKeeper) {
        for (reason, wait) in told.sorted(by: { $0.key < $1.key }) {
            var details: Logger.Metadata = [
                "path": "\(queue.layout.incoming.appending(wait.first))", "reason": "\(reason)",
            ]
            if wait.count > 1 { details["others"] = .stringConvertible(wait.count - 1) }
            logger.notice("waiting for a file to be complete", metadata: details)
        }
    }
}

/// An entry of `incoming/` that is not complete.
struct WaitingFile {
    /// What a directory waits for.
    static let directoryReason = "a directory is taken once \(PublishedName.success) is in it"
    /// What an entry waits for that batchd may not take.
    static let refusedReason =
        "give the user that batchd runs as permission to read and move it (of a directory: chmod g+w the directory)"

    var reason: String
    /// When it was seen first, by the monotonic clock.
    var since: Double
    /// Whether the log has named it.
    var isTold = false
}

/// Entries of `incoming/` that the log tells of in one line.
struct ToldWait {
    /// The first by name.
    let first: FilePath.Component
    var count = 0

    init(first: FilePath.Component) { self.first = first }
}
