import ArgumentParser
import Glibc
import Spool
import SystemPackage

/// What `hold`, `release`, `cancel` and `prioritize` have in common: they ask the daemon, or do it themselves where
/// none runs.
struct JobRequest: ParsableArguments {
    @Argument(help: "queue/KEY, or KEY alone where one queue has it.", completion: CompletionRoot.jobs)
    var jobs: [JobArgument]

    @Option(
        name: .long,
        help: "How long to wait for the daemon to do it, like 90s, 30m or 4h."
    )
    var timeout: DurationArgument = .seconds(60)

    @OptionGroup var rootOption: RootOption

    /// Asks for each job; one that is refused keeps none of the others from being asked for.
    ///
    /// - Parameters:
    ///   - action: What is asked.
    ///   - rank: The rank, where one is asked for.
    ///   - done: What to say of a job for which it was done, as it stood before.
    /// - Throws: `CommandFailure` of the first job that was refused.
    func perform(_ action: JobAction, rank: JobRank? = nil, done: (JobArgument.Found) -> String) throws {
        let root = try rootOption.open()
        var failures: [CommandFailure] = []
        for job in jobs {
            do {
                let found = try job.find(in: root)
                let name = JobName(queue: found.queue, key: found.key)
                try ask(ControlRequest(action, job: name, rank: rank, by: Self.person), of: root)
                StandardStream.error("batchd: \(done(found))\n")
            } catch {
                failures.append(CommandFailure(error))
            }
        }
        for failure in failures.dropLast() { StandardStream.error("batchd: \(failure.description.visible)\n") }
        if let last = failures.last { throw CommandFailure(failures[0].code, last.description) }
    }

    private func ask(_ request: ControlRequest, of root: SpoolRoot) throws {
        do {
            if let lock = try InstanceLock.tryLock(root: root.path) {
                defer { withExtendedLifetime(lock) {} }
                try JobControl(disk: root.disk, queue: request.queue).perform(request)
            } else {
                try askDaemon(request, of: root)
            }
        } catch let refusal as ControlRefusal {
            throw CommandFailure(ExitStatus.temporary, refusal.message)
        }
    }

    private func askDaemon(_ request: ControlRequest, of root: SpoolRoot) throws {
        let inbox = ControlInbox(disk: root.disk)
        let watcher = try SpoolWatcher(root: root.path)
        watcher.watch(SpoolLayout.control)
        let id = "\(Int(SystemTimeSource().wallSeconds * 1e6)).\(getpid())"
        try inbox.leave(request, id: id)
        let answer = Answer(id: id, inbox: inbox, watcher: watcher, root: root)
        if try answer.comes(withinSeconds: timeout.seconds) { return }
        let isDaemonThere = try InstanceLock.isHeld(root: root.path)
        let time = "within \(timeout.defaultValueDescription)"
        if try inbox.withdraw(id) {
            let reason = isDaemonThere ? "did not do it \(time)" : "has ended"
            let words = "the daemon \(reason), and nothing was changed; ask again, or see: batchd status"
            throw CommandFailure(ExitStatus.temporary, words)
        }
        // What is done at this very moment is answered in the next.
        if try answer.comes(withinSeconds: Self.graceSeconds) { return }
        let reason =
            switch (try inbox.fate(of: id), isDaemonThere) {
            case (.taken, true): "has begun and did not end it \(time): it is under way"
            case (.taken, false): "has ended before it was done: the next one goes on with it"
            default: "has looked at it, and has not said what became of it"
            }
        let words = "'\(request.queue)/\(request.key)': the daemon \(reason); see: batchd status"
        throw CommandFailure(ExitStatus.temporary, words)
    }

    /// What a request is waited for.
    private struct Answer {
        var id: String
        var inbox: ControlInbox
        var watcher: SpoolWatcher
        var root: SpoolRoot

        /// Waits for the answer while a daemon runs.
        ///
        /// - Returns: Whether it came, and says that the request was carried out.
        /// - Throws: `ControlRefusal`, `FileSystemError`.
        func comes(withinSeconds seconds: Double) throws -> Bool {
            let time = SystemTimeSource()
            let end = time.monotonicSeconds + seconds
            while true {
                switch try inbox.fate(of: id) {
                case .carriedOut: return true
                case .refused(let refusal): throw refusal
                case .waiting, .taken, .unknown: break
                }
                let left = end - time.monotonicSeconds
                guard try left > 0 && InstanceLock.isHeld(root: root.path) else { return false }
                _ = try watcher.wait(timeoutMilliseconds: Int(min(left, JobRequest.rereadSeconds) * 1000) + 1)
            }
        }
    }

    /// For how long an answer is waited for that may be on its way, in seconds.
    private static let graceSeconds = 0.5
    /// Events are hints, so the answer is looked for again after this time, in seconds.
    private static let rereadSeconds = 1.0

    /// Who asks, for the log and for whoever finds the job held.
    private static var person: String {
        if let entry = getpwuid(getuid()) { return String(cString: entry.pointee.pw_name) }
        return "user \(getuid())"
    }
}
