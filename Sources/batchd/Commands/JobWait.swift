import Glibc
import Spool
import SystemPackage

/// Waits for the end of one job, asleep until a directory changes.
struct JobWait {
    let root: SpoolRoot
    let inspector: QueueInspector
    /// How the job is called in messages.
    let name: String
    /// When to give up, after so many seconds; nil for never.
    let timeoutSeconds: Double?

    /// Directories may change unseen (events are hints), so they are read again after this time, in seconds.
    private static let rereadSeconds = 2.0
    /// On a terminal the progress line moves each second.
    private static let progressSeconds = 1.0

    /// What a look for the job has shown.
    enum Sight {
        /// Nobody has dropped it yet.
        case notDropped
        /// The job.
        case standing(JobStanding)
        /// It was dropped, and nothing tells what became of it.
        case lost

        init(_ standing: JobStanding?) {
            self = standing.map { .standing($0) } ?? .lost
        }
    }

    /// Waits.
    ///
    /// - Parameter look: Asks where the job stands.
    /// - Returns: The exit code of the command.
    /// - Throws: `FileSystemError`, `SupervisionError`.
    func run(_ look: () throws -> Sight) throws -> Int32 {
        // Watching begins before the first look, so that nothing happens between the two unseen.
        let watcher = try SpoolWatcher(root: root.path)
        for directory in inspector.endDirectories where try root.disk.status(of: directory) != nil {
            watcher.watch(directory)
        }
        let end = timeoutSeconds.map { SystemTimeSource().monotonicSeconds + $0 }
        let progress = WaitProgressLine(name: name)
        defer { progress.clear() }
        var saidIdle = false
        while true {
            let sight = try look()
            switch sight {
            case .standing(let standing):
                if let code = report(standing, progress) { return code }
            case .notDropped: break
            case .lost:
                progress.say("'\(name)' became no job; see 'batchd status'")
                return ExitStatus.data
            }
            if let reason = try inspector.stopReason() {
                progress.say("queue '\(inspector.queue)' is stopped: \(reason)")
                return ExitStatus.inputOutput
            }
            if try !saidIdle && !InstanceLock.isHeld(root: root.path) {
                progress.say("no daemon runs '\(root.path)'; waiting for 'batchd run' (or 'batchd run --once')")
                saidIdle = true
            }
            if case .standing(let standing) = sight { try progress.show(standing, inspector) }
            let left = end.map { $0 - SystemTimeSource().monotonicSeconds } ?? .infinity
            guard left > 0 else { return try giveUp(sight, progress) }
            let sleep = min(left, progress.isLive ? Self.progressSeconds : Self.rereadSeconds)
            _ = try watcher.wait(timeoutMilliseconds: Int((sleep * 1000).rounded(.up)))
        }
    }

    /// Says that the time is over.
    ///
    /// - Returns: The exit code.
    private func giveUp(_ sight: Sight, _ progress: WaitProgressLine) throws -> Int32 {
        let seconds = Int(timeoutSeconds ?? 0)
        let reason = try inspector.waitingReason(of: String(name.dropFirst(inspector.queue.count + 1)))
        if case .notDropped = sight {
            let hint = try reason ?? inspector.unseenIncoming
            progress.say("nothing called '\(name)' was dropped within \(seconds) s" + (hint.map { "; \($0)" } ?? ""))
            return ExitStatus.noInput
        }
        let words = reason.map { ": \($0)" } ?? ""
        progress.say("'\(name)' is not finished after \(seconds) s\(words); wait again later")
        return ExitStatus.temporary
    }

    /// Says how the job ended.
    ///
    /// - Returns: The exit code; nil while it has not ended.
    private func report(_ standing: JobStanding, _ progress: WaitProgressLine) -> Int32? {
        switch standing {
        case .underWay: return nil
        case .published(let done):
            let records = done.metrics.records
            let outbox = QueueLayout(queue: done.job.queue).published(done.job.key)
            progress.say(
                "\(done.job.queue)/\(done.job.key): \(records.answered) results, \(records.failed) errors, in "
                    + "'\(root.path.appending(outbox.string))'"
            )
            guard let failure = done.metrics.failure else { return ExitStatus.success }
            progress.say("the job failed: \(failure.code): \(failure.message)")
        case .held(let key, let reason):
            let job = "\(inspector.queue)/\(key)"
            progress.say("\(job) is held: \(reason); when the cause is mended: batchd release \(job)")
        case .quarantined(let reason):
            progress.say("\(name) is quarantined: \(reason)")
        }
        return ExitStatus.data
    }
}

/// One line about the job that is waited for; only where a person sees it.
final class WaitProgressLine {
    let isLive = StandardStream.errorIsScreen
    private let name: String
    private var isShown = false

    init(name: String) {
        self.name = name
    }

    /// Shows where the job stands.
    func show(_ standing: JobStanding, _ inspector: QueueInspector) throws {
        guard isLive, case .underWay(let state, let key) = standing else { return }
        var text = "\(name): \(state.rawValue)"
        if let row = try inspector.progress(of: key), let done = row.done, let total = row.total, total > 0 {
            text += "  \(done * 100 / total) %  \(done)/\(total)"
            if let rate = row.recordsPerSecond { text += "  \(Int(rate))/s" }
            if let eta = row.etaSeconds { text += "  ETA \(EngineProgressLine.time(seconds: Int(eta)))" }
        }
        StandardStream.error("\r\u{1B}[K" + text.truncated(to: 78))
        isShown = true
    }

    /// Says one thing for good.
    func say(_ text: String) {
        clear()
        StandardStream.error("batchd: \(text.visible)\n")
    }

    /// Takes the line away.
    func clear() {
        if isShown { StandardStream.error("\r\u{1B}[K") }
        isShown = false
    }
}
