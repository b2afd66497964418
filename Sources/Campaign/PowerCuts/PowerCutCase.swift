import BatchTesting
import Glibc
import Spool
import SystemPackage

/// One cut: a session up to a call, the power, and what the next start makes of what is left.
struct PowerCutCase {
    /// When the power goes.
    enum Moment: Sendable {
        /// All processes are gone by then, so that exactly the calls before this one were made.
        case killed(beforeCall: Int)
        /// The processes live on with a disk that fails every call from this one on.
        case alive(beforeCall: Int)
        /// After the whole session, whose calls are counted.
        case afterwards

        fileprivate var deed: (deed: FaultDeed?, call: Int) {
            switch self {
            case .killed(let call): (FaultDeed(.kill, killsGroup: true), call)
            case .alive(let call): (FaultDeed(.stop), call)
            case .afterwards: (nil, 0)
            }
        }
    }

    /// How long a session, or a run, may take, in seconds.
    private static let secondsMaximum = 90.0

    private let machine: PowerCutMachine
    private let moment: Moment
    private let ledger = OutboxLedger()
    private var queues: [String] { PowerCutScenario.queues }
    private var isAlive: Bool { if case .alive = moment { true } else { false } }

    init(on machine: PowerCutMachine, _ moment: Moment) {
        self.machine = machine
        self.moment = moment
    }

    /// Cuts the power, switches on again and lets batchd go on.
    ///
    /// - Returns: What went wrong.
    /// - Throws: Where the machine itself does not work.
    func run() throws -> [String] {
        try machine.reset()
        var promise = Promise()
        var violations = try machine.powered { root, mount in
            promise = try live(root, mount)
            return promise.violations
        }
        violations += try machine.powered { root, mount in
            var found = try promise.violations(on: root, ledger)
            found += try goOn(root, promise)
            // What is on the medium matters to nobody any more.
            try mount.cutPower()
            return found
        }
        return violations + ledger.violations
    }

    private func live(_ root: RealRoot, _ mount: MountPoint) throws -> Promise {
        let analyst = try machine.scenario.collects ? Analyst(of: root.directory, ledger: ledger) : nil
        let (deed, call) = moment.deed
        let session = try machine.startSession(deed, at: call)
        if isAlive {
            awaitStop(of: session.child)
            analyst?.end()
            ledger.look(at: root.disk, queues: queues)
            try mount.cutPower()
            kill(-session.child.processID, SIGCONT)
        }
        let end = try session.end(withinSeconds: Self.secondsMaximum)
        if !isAlive {
            analyst?.end()
            ledger.look(at: root.disk, queues: queues)
            try mount.cutPower()
        }
        var promise = Promise(lines: session.lines, end: end, collected: analyst?.collected ?? [])
        promise.violations += analyst?.failures ?? []
        if end == nil { promise.violations.append("the session does not end: \(session.lines.suffix(3))") }
        return promise
    }

    /// Waits until the session has been stopped at its call, or has ended before it.
    private func awaitStop(of child: ChildProcess) {
        var information = siginfo_t()
        let events = CInt(WSTOPPED | WEXITED | WNOWAIT)
        while waitid(P_PID, id_t(child.processID), &information, events) == -1 && errno == EINTR {}
    }

    private func goOn(_ root: RealRoot, _ promise: Promise) throws -> [String] {
        let run = try machine.startRun()
        let end = try run.end(withinSeconds: Self.secondsMaximum)
        ledger.look(at: root.disk, queues: queues)
        var found: [String] = []
        if end != .exited(0) {
            found.append("the next run ends with \(end.map { "\($0)" } ?? "nothing"): \(run.lines.suffix(3))")
        }
        let late = JobName(queue: "b", key: PowerCutScenario.submitted)
        let expected = machine.scenario.expectations(submitted: promise.isSubmitted || ledger.published[late] != nil)
        found += root.checker.violationsWhenIdle(expected: expected, published: ledger.published)
        let visible = Set(try PublishedJob.all(on: root.disk, queues: queues).map(\.job))
        for job in ledger.published.keys where !visible.contains(job) && !promise.collected.contains(job) {
            found.append("I1 \(job.queue)/\(job.key) was visible, is gone, and nobody took it away")
        }
        return found
    }
}
