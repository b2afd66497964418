import BatchCore
import Logging

/// Brings alarms to one destination, in the order in which a queue's jobs finished, again and again until they arrive.
///
/// It has a thread of its own, so that a receiver that hangs holds up neither jobs nor other receivers. What is sent
/// comes from `done/`, so an alarm survives every crash with its job; what has arrived is noted in the ledger only
/// after that, so it arrives at least once.
final class AlertCourier: Sendable {
    /// Alarms in one message at most.
    static let noticesPerMessageMaximum = 100

    /// How often in a row a receiver must have failed before a run that ends waits for it no longer: a receiver that
    /// restarts is met again, and one that is gone costs no more than these attempts.
    static let failuresOfARunMaximum = 3

    private let destination: any AlertDestination
    private let backlog: AlertBacklog
    private let disk: any FileSystem
    private let time: any TimeSource
    private let policy: RetryPolicy
    private let logger: Logger
    private let wake: @Sendable () -> Void
    private let state = Monitor(State())

    /// What the thread and its callers share.
    private struct State {
        /// Jobs whose alarms wait, one of them perhaps under way.
        var line = AlertLine()
        /// Whether `done/` was read.
        var isReady = false
        var isBusy = false
        var isStopped = false
        /// Failures since something last arrived.
        var failures = 0
        /// When to try again, by the monotonic clock.
        var dueAt = -Double.infinity
        var figures = AlertFigures()
    }

    /// What to do next.
    private enum Step {
        case read
        case deliver(AlertBacklog.Entry)
        case end
    }

    init(
        to destination: any AlertDestination,
        backlog: AlertBacklog,
        time: any TimeSource,
        policy: RetryPolicy,
        logger: Logger,
        wake: @escaping @Sendable () -> Void
    ) {
        self.destination = destination
        self.backlog = backlog
        disk = backlog.disk
        self.time = time
        self.policy = policy
        self.logger = logger
        self.wake = wake
    }

    /// How it goes.
    var figures: AlertFigures {
        state.withLock { state in
            var figures = state.figures
            figures.waiting = state.line.waiting.count
            return figures
        }
    }

    /// Whether a run may end: all has arrived, or the receiver was tried often enough.
    var isQuiet: Bool {
        state.withLock { state in
            let isDone = state.isReady && state.line.waiting.isEmpty
            return state.isStopped || !state.isBusy && (isDone || state.failures >= Self.failuresOfARunMaximum)
        }
    }

    /// Takes on a job that was published with alarms.
    func add(_ metrics: JobMetrics) {
        let finished = metrics.finishedWallSeconds ?? time.wallSeconds
        let entry = AlertBacklog.Entry(job: metrics.job, finished: finished)
        state.withLock { $0.line.add(entry) }
        state.broadcast()
    }

    /// Ends the delivery under way, and all others.
    func stop() {
        state.withLock { $0.isStopped = true }
        destination.interrupt()
        state.broadcast()
    }

    /// Works until it is stopped; the body of its thread.
    func run() {
        var ledger = AlertLedger(nowWallSeconds: time.wallSeconds)
        var random = SplitMix64(seed: UInt64(max(time.monotonicSeconds, 0) * 1e6))
        while true {
            let failure: String?
            switch nextStep() {
            case .end: return destination.close()
            case .read: failure = read(&ledger)
            case .deliver(let entry):
                failure = deliver(entry, &ledger)
                if failure != nil { state.withLock { $0.line.passOver(entry.job) } }
            }
            settle(failure, using: &random)
            wake()
        }
    }

    private func nextStep() -> Step {
        state.wait { state in
            if state.isStopped { return .answer(.end) }
            let rest = state.dueAt - time.monotonicSeconds
            if rest > 0 { return .wait(seconds: rest) }
            if !state.isReady {
                state.isBusy = true
                return .answer(.read)
            }
            guard let next = state.line.next() else { return .wait(seconds: nil) }
            state.isBusy = true
            return .answer(.deliver(next))
        }
    }

    /// Finds what former runs have not delivered.
    ///
    /// - Returns: Why it could not be found.
    private func read(_ ledger: inout AlertLedger) -> String? {
        do {
            ledger = try readLedger()
            let found = try backlog.entries(since: ledger.settledUntil).filter { !ledger.contains($0.job) }
            state.withLock { state in
                state.line.add(former: found)
                state.isReady = true
            }
            return nil
        } catch {
            return "the alarms of former jobs cannot be read: \(error)"
        }
    }

    /// Sends one job's alarms.
    ///
    /// - Returns: Why they have not arrived.
    private func deliver(_ entry: AlertBacklog.Entry, _ ledger: inout AlertLedger) -> String? {
        let notices: [AlertNotice]
        do {
            notices = try backlog.notices(of: entry.job, nowWallSeconds: time.wallSeconds)
        } catch {
            return "the alarms of \(entry.job.path) cannot be read: \(error)"
        }
        var refusal: RefusedAlerts?
        var messages = stride(from: 0, to: notices.count, by: Self.noticesPerMessageMaximum)
            .map { Array(notices[$0..<min($0 + Self.noticesPerMessageMaximum, notices.count)]) }
        messages.reverse()
        while let message = messages.popLast() {
            switch destination.deliver(message) {
            case .delivered: count { $0.delivered += message.count }
            case .failed(let reason, _): return reason
            case .refused where message.count > 1:
                // One that is too large or malformed must not cost the others.
                let half = message.count / 2
                messages += [Array(message[half...]), Array(message[..<half])]
            case .refused(let reason, _):
                refusal = RefusedAlerts(
                    receiver: destination.name,
                    job: entry.job.path,
                    alarms: (refusal?.alarms ?? 0) + message.count,
                    at: Timestamp.iso8601(time.wallSeconds),
                    reason: reason
                )
                count { $0.refused += message.count }
                logger.error(
                    "alarms refused, and not sent again; 'batchd alerts test' shows what the receiver says",
                    metadata: metadata(entry, message.count, reason)
                )
            }
        }
        let waiting = state.withLock { state in
            state.line.remove(entry.job)
            return state.line.waiting.map(\.finished)
        }
        ledger.note(
            entry.job,
            finished: entry.finished,
            waiting: waiting,
            refusal: refusal,
            nowWallSeconds: time.wallSeconds
        )
        write(ledger)
        let taken = notices.count - (refusal?.alarms ?? 0)
        if taken > 0 { logger.info("alarms sent", metadata: metadata(entry, taken, nil)) }
        return nil
    }

    /// Plans the next attempt.
    private func settle(_ failure: String?, using random: inout SplitMix64) {
        let (failures, waiting, isStopped) = state.withLock { state in
            state.isBusy = false
            if failure == nil {
                state.failures = 0
                state.dueAt = -.infinity
            } else {
                state.failures += 1
                state.figures.failures += 1
                let delay = policy.delaySeconds(afterFailures: state.failures, using: &random)
                state.dueAt = time.monotonicSeconds + delay
            }
            return (state.failures, state.line.waiting.count, state.isStopped)
        }
        // The first failure and fewer and fewer of those after it: a night of them shall not fill the log.
        guard let failure, !isStopped, failures.nonzeroBitCount == 1 else { return }
        logger.warning(
            "alarms not sent; tried again and again, jobs go on",
            metadata: [
                "destination": "\(destination.name)", "failures": .stringConvertible(failures),
                "jobs_waiting": .stringConvertible(waiting),
                "reason": "\(failure)",
            ]
        )
    }

    private func count(_ change: (inout AlertFigures) -> Void) {
        state.withLock { change(&$0.figures) }
    }

    private func metadata(_ entry: AlertBacklog.Entry, _ count: Int, _ reason: String?) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "destination": "\(destination.name)", "job": "\(entry.job.path)", "alarms": .stringConvertible(count),
        ]
        if let reason { metadata["reason"] = "\(reason)" }
        return metadata
    }

    /// Reads what was taken, and writes down where there is no such record that one begins now: a receiver that is down
    /// from the start is owed everything since then, also after a restart.
    private func readLedger() throws(FileSystemError) -> AlertLedger {
        let known = try AlertLedger.read(of: destination.name, on: disk, nowWallSeconds: time.wallSeconds)
        if let known { return known }
        let ledger = AlertLedger(nowWallSeconds: time.wallSeconds)
        write(ledger)
        return ledger
    }

    /// Where there is no room for it, alarms come twice after a restart, which is better than not at all.
    private func write(_ ledger: AlertLedger) {
        guard let bytes = try? DocumentCoding.encode(ledger) else { return }
        try? disk.writeDurably(bytes, to: AlertLedger.path(of: destination.name))
    }
}

/// How the deliveries to a destination go.
public struct AlertFigures: Sendable, Equatable {
    /// Alarms that arrived, since the start.
    public var delivered = 0
    /// Alarms that the receiver will never take.
    public var refused = 0
    /// Attempts that failed.
    public var failures = 0
    /// Published jobs whose alarms wait.
    public var waiting = 0

    /// Figures of nothing.
    public init() {}
}
