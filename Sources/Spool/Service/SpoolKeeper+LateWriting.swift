import BatchCore
import Logging
import SystemPackage

extension SpoolKeeper {
    /// How often a file that its sender goes on writing is read again before its job fails.
    static let readsAgainMaximum = 5
    /// For how long its sender may go on writing without a pause before its job fails, in seconds.
    static let restlessSecondsMaximum = 3_600.0
    /// When an input is looked at once more, in seconds after its job was published.
    static let lateLookSeconds = 60.0
    /// Inputs of a queue that are to be looked at once more.
    static let lateLooksMaximum = 1_024

    /// Whether a claimed file may be read now: one that was changed is left alone for longer each time.
    func isSettled(_ name: String, in queue: QueueKeeper) throws -> Bool {
        guard var restless = queue.restless[name], restless.changes <= Self.readsAgainMaximum,
            let status = try disk.status(of: queue.layout.claimed.appending(name))
        else { return true }
        let now = time.monotonicSeconds
        restless.look(at: status, now: now)
        if now - restless.begun >= Self.restlessSecondsMaximum { restless.changes = Self.readsAgainMaximum + 1 }
        queue.restless[name] = restless
        if restless.changes > Self.readsAgainMaximum { return true }
        let settle = max(queue.configuration.values.settleSeconds, IncomingReadiness.writerRetrySeconds)
        let missing = settle * Double(1 << restless.changes) - (now - restless.since)
        if missing > 0 { queue.look(inSeconds: missing, now: now) }
        return missing <= 0
    }

    /// Remembers that a sender changed a file that was taken, and puts it back among those to be read.
    func readAgain(_ name: String, in queue: QueueKeeper, job: String? = nil) {
        let changes = (queue.restless[name]?.changes ?? 0) + 1
        let now = time.monotonicSeconds
        queue.restless[name] = RestlessFile(changes: changes, since: now, begun: queue.restless[name]?.begun ?? now)
        queue.seen[name] = nil
        queue.unread.insert(name)
        if changes > Self.readsAgainMaximum { return }
        logger.warning(
            "file changed after it was taken; it is read again once left alone; have files renamed into place once whole",
            metadata: [
                "queue": "\(queue.layout.queue)", "file": "\(name)", "changes": .stringConvertible(changes),
                "job": "\(job ?? "none yet")",
            ]
        )
    }

    /// Why a file is given up that its sender went on writing whenever it had been read.
    func restlessness(of name: String, in queue: QueueKeeper) -> JobFailure? {
        guard let restless = queue.restless[name], restless.changes > Self.readsAgainMaximum else { return nil }
        return JobFailure(
            code: JobFailure.changedWhileRead,
            message: "'\(name)' was written after it had been taken, again and again or for an hour; "
                + "write it under a hidden name, and rename it once it is whole."
        )
    }

    /// Whether the sender has changed the file since it was read, so that the job at hand is not what was sent.
    ///
    /// Only what this process read itself is compared. After a power loss the sender's file may be shorter than our
    /// copy, which was synced.
    func hasChanged(_ record: JobRecord, in queue: QueueKeeper) throws -> Bool {
        guard let seen = queue.seen[record.source],
            let now = try disk.status(of: queue.layout.claimed.appending(record.source)), now != seen
        else { return false }
        let isDecided = [JobFailure.changedWhileRead, JobControl.cancelled].contains(record.failure?.code)
        return try !isDecided && !JobCompletion(disk: disk, layout: queue.layout).isBegun(record.key)
    }

    /// Begins jobs anew whose files have changed: the files are in `claimed/`, and without a job they are read.
    func startAgain(in queue: QueueKeeper) throws {
        while let record = queue.outdated.first {
            // Where the file is not there the job was set aside meanwhile, and is all there is of it.
            guard try disk.status(of: queue.layout.claimed.appending(record.source)) != nil else {
                queue.outdated.removeFirst()
                continue
            }
            let orders = try JobOrders(of: queue.layout.job(record.key).directory, on: disk)
            // Tried again after an error, the orders may be gone with the job.
            if orders.rank != .normal { queue.ranks[record.source] = orders.rank }
            // What was begun of its publication has no intent, and would keep the room that the file needs.
            try disk.removeTree(queue.layout.publication(record.key))
            try JobCompletion(disk: disk, layout: queue.layout).discard(record.key)
            readAgain(record.source, in: queue, job: "\(record.queue)/\(record.key)")
            queue.outdated.removeFirst()
        }
    }

    /// Says that what a job answers has another size now, where that does not begin it anew: the parts of a directory,
    /// and a file that an earlier process read. What came later is in no job.
    func warnOfGrowth(of record: JobRecord, in queue: QueueKeeper) throws {
        let path = queue.layout.claimed.appending(record.source)
        guard record.failure == nil, let status = try disk.status(of: path) else { return }
        let (before, after): (Int, Int)
        switch status.kind {
        case .regular where queue.seen[record.source] == nil: (before, after) = (record.input.bytes, status.bytes)
        case .directory:
            before = record.parts.reduce(0) { $0 + $1.bytes }
            after = try record.parts.reduce(0) { try $0 + (disk.status(of: path.appending($1.source))?.bytes ?? 0) }
        default: return
        }
        if before == after { return }
        tellOfLateChange(JobName(queue: record.queue, key: record.key), before: before, after: after)
    }

    /// Notes where the input of a published job lies, to see whether its sender writes it still.
    func lookAgainLater(at record: JobRecord, keptAs name: String, in queue: QueueKeeper) {
        guard let seen = queue.seen[record.source], seen.kind == .regular else { return }
        let directory = record.failure == nil ? queue.layout.archive : queue.layout.quarantine
        queue.lateLooks.append(
            LateLook(
                job: JobName(queue: record.queue, key: record.key),
                path: directory.appending(name),
                seen: seen,
                dueAt: time.monotonicSeconds + Self.lateLookSeconds
            )
        )
        if queue.lateLooks.count > Self.lateLooksMaximum { queue.lateLooks.removeFirst() }
    }

    /// Looks at inputs whose jobs were published a while ago.
    func lookAtPublished(in queue: QueueKeeper) throws {
        while let look = queue.lateLooks.first, look.dueAt <= time.monotonicSeconds {
            if let now = try disk.status(of: look.path), now != look.seen {
                tellOfLateChange(look.job, before: look.seen.bytes, after: now.bytes)
            }
            queue.lateLooks.removeFirst()
        }
    }

    private func tellOfLateChange(_ job: JobName, before: Int, after: Int) {
        observer.setAside(queue: job.queue, code: "changed_after_claim")
        logger.error(
            "file changed after its job had read it, and what came later has no answer; 'batchd retry' the job for that",
            metadata: [
                "job": "\(job.queue)/\(job.key)", "bytes_read": .stringConvertible(before),
                "bytes_now": .stringConvertible(after),
            ]
        )
    }
}

/// A claimed file that its sender went on writing.
struct RestlessFile {
    /// How often it was changed after it had been read.
    var changes: Int
    /// How it looked last.
    private var status: FileStatus?
    /// Since when it has looked so, by the monotonic clock.
    private(set) var since: Double
    /// When it was first found changed, by the monotonic clock.
    let begun: Double

    init(changes: Int, since: Double, begun: Double) {
        self.changes = changes
        self.since = since
        self.begun = begun
    }

    /// Notes how it looks now.
    mutating func look(at status: FileStatus, now: Double) {
        if self.status != nil && self.status != status { since = now }
        self.status = status
    }
}

/// An input that is looked at once more after its job was published.
struct LateLook {
    var job: JobName
    var path: FilePath
    /// How it looked when it was read.
    var seen: FileStatus
    /// When, by the monotonic clock.
    var dueAt: Double
}

extension JobFailure {
    /// The code of a file that its sender went on writing whenever it had been read.
    static let changedWhileRead = "changed_while_read"
}
