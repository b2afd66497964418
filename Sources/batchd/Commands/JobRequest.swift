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
        let time = SystemTimeSource()
        let watcher = try SpoolWatcher(root: root.path)
        watcher.watch(SpoolLayout.control)
        let id = "\(Int(time.wallSeconds * 1e6)).\(getpid())"
        try inbox.leave(request, id: id)
        let end = time.monotonicSeconds + timeout.seconds
        while true {
            switch try inbox.fate(of: id) {
            case .carriedOut: return
            case .refused(let refusal): throw refusal
            case .waiting, .unknown: break
            }
            let left = end - time.monotonicSeconds
            guard try left > 0 && InstanceLock.isHeld(root: root.path) else { break }
            _ = try watcher.wait(timeoutMilliseconds: Int(min(left, Self.rereadSeconds) * 1000) + 1)
        }
        let reason =
            try InstanceLock.isHeld(root: root.path)
            ? "did not do it within \(timeout.defaultValueDescription)" : "has ended"
        let isUndone = try inbox.withdraw(id)
        throw CommandFailure(
            ExitStatus.temporary,
            isUndone
                ? "the daemon \(reason), and nothing was changed; ask again, or see: batchd status"
                : "the daemon \(reason) while it looked at '\(request.queue)/\(request.key)'; see: batchd status"
        )
    }

    /// Events are hints, so the answer is looked for again after this time, in seconds.
    private static let rereadSeconds = 1.0

    /// Who asks, for the log and for whoever finds the job held.
    private static var person: String {
        if let entry = getpwuid(getuid()) { return String(cString: entry.pointee.pw_name) }
        return "user \(getuid())"
    }
}
