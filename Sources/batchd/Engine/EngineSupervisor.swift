import Glibc
import Logging
import Spool
import SystemPackage

/// The parent's whole life: start the engine, pass signals on, end it when it hangs, start it again when it dies.
///
/// It keeps no records of its own. What the engine had in flight stands in shared memory, which the next engine
/// inherits and turns into charged attempts.
struct EngineSupervisor {
    /// Descriptors under which the engine finds what it inherits.
    static let lockDescriptors: [CInt] = [3, 5]
    static let boardDescriptor: CInt = 4
    /// How long an engine may take to end after SIGTERM before it is killed, in seconds.
    static let terminationSeconds = 5.0
    /// How long a daemon whose configuration was broken under it waits before it looks again, in seconds.
    static let mendingSeconds = 30.0

    private let arguments: [String]
    private let isOnce: Bool
    private let lock: InstanceLock
    private let board: InFlightBoard
    private let signals: SignalDescriptor
    private let logger: Logger
    /// nil where no service manager wants to know.
    private let service: ServiceReporter?

    init(
        root: FilePath,
        isOnce: Bool,
        lock: InstanceLock,
        threads: Int,
        notifier: ServiceNotifier?,
        logger: Logger
    ) throws {
        arguments =
            ["engine", "--root", root.string, "--parent", String(getpid())] + (isOnce ? ["--once"] : [])
        self.isOnce = isOnce
        self.lock = lock
        self.logger = logger
        board = try InFlightBoard(slotCount: threads)
        signals = try SignalDescriptor()
        service = ServiceReporter(notifier, board: board, logger: logger)
    }

    private var inherited: [CInt: FileDescriptor] {
        var descriptors = Dictionary(uniqueKeysWithValues: zip(Self.lockDescriptors, lock.descriptors))
        descriptors[Self.boardDescriptor] = board.descriptor
        return descriptors
    }

    /// Runs engines until one exits by itself.
    ///
    /// - Parameter deadlineSeconds: When to end it as by SIGTERM.
    /// - Returns: The exit code for the whole command.
    /// - Throws: `SupervisionError`, or `CommandFailure` where engines die without end.
    func run(deadlineSeconds: Double?) throws -> Int32 {
        let end = deadlineSeconds.map { SystemTimeSource.monotonicNanoseconds + Int64($0 * 1e9) }
        var policy = RestartPolicy()
        var hasServed = false
        while true {
            let start = SystemTimeSource.monotonicNanoseconds
            board.forgetKeeper()
            service?.engineStarts()
            let child = try ChildProcess(
                .thisBinary(
                    arguments: arguments,
                    descriptors: inherited
                )
            )
            var watch = Watch(endNanoseconds: end)
            let death = try watchUntilDeath(of: child, &watch)
            if board.keeperNote?.isReady == true { hasServed = true }
            switch death {
            // Whoever broke it after the start was told that the former one stays, and it would have but for a death.
            case .exit(Int(ExitStatus.configuration)) where hasServed && !isOnce && !watch.isTerminating,
                .exit(Int(ExitStatus.noInput)) where hasServed && !isOnce && !watch.isTerminating:
                service?.waits(because: "the configuration is wrong, and the engine cannot start; mend it")
                logger.error(
                    "the configuration is wrong, and the engine cannot start; mend it, it is read again soon and at SIGHUP",
                    metadata: ["pause_seconds": .stringConvertible(Self.mendingSeconds)]
                )
                if try isToldToEnd(withinSeconds: Self.mendingSeconds, end: end) { return terminated }
            case .exit(let code):
                // A short night may be over before anybody saw that it was ready, and its unit would count as failed.
                service?.look()
                service?.stops(because: code == 0 ? "ended" : "ended with exit code \(code)")
                return Int32(code)
            case .signal where watch.isTerminating, .timeout where watch.isTerminating:
                return terminated
            case .signal, .timeout:
                let seconds = Double(SystemTimeSource.monotonicNanoseconds - start) / 1e9
                let verdict = policy.engineDied(afterSeconds: seconds, chargesAttempt: record(death))
                guard case .restart(let pause) = verdict else { throw failure(of: policy) }
                service?.engineDied(death.words)
                logger.error(
                    "the engine died and is started again; nothing is lost",
                    metadata: ["cause": "\(death.words)", "pause_seconds": .stringConvertible(pause)]
                )
                if try isToldToEnd(withinSeconds: pause, end: end) { return terminated }
            }
        }
    }

    /// The exit code after SIGTERM or the deadline, however the engine took it: all that is left, the next run does.
    private var terminated: Int32 { isOnce ? ExitStatus.temporary : ExitStatus.success }

    /// Leaves word of a death for the next engine.
    ///
    /// - Returns: Whether the next engine charges what was in flight.
    private func record(_ death: EngineDeath) -> Bool {
        // Had this engine not yet charged what the one before had in flight, that stays on record as it is.
        if board.lastDeath != nil { return false }
        let charges = !board.slots().isEmpty && !board.blamesKeeper
        board.recordDeath(death, chargesAttempt: charges)
        return charges
    }

    private func failure(of policy: RestartPolicy) -> CommandFailure {
        CommandFailure(
            ExitStatus.unavailable,
            "the engine died \(policy.fruitlessDeaths) times without a record to blame; \(EngineDeath.advice)"
        )
    }

    /// Lets some time pass before the next start; SIGHUP ends it early.
    ///
    /// - Returns: Whether it is to be the last pause: SIGTERM came, or the deadline.
    private func isToldToEnd(withinSeconds seconds: Double, end: Int64?) throws -> Bool {
        let start = SystemTimeSource.monotonicNanoseconds
        let due = min(start + Int64(seconds * 1e9), end ?? .max)
        while true {
            let now = SystemTimeSource.monotonicNanoseconds
            if let end, now >= end { return true }
            if now >= due { return false }
            service?.pauses()
            let look = min(due, service?.nextLookNanoseconds(now: now) ?? due)
            switch try signals.next(withinMilliseconds: Int((look - now + 999_999) / 1_000_000)) {
            case SIGTERM, SIGINT: return true
            case SIGHUP:
                service?.reloads()
                return false
            default: continue
            }
        }
    }

    /// What the parent waits for while a child lives.
    private struct Watch {
        /// When `--deadline` is over.
        let endNanoseconds: Int64?
        /// Since when the child has been asked to end.
        var terminatingSince: Int64?
        var timedOutSlot: Int?
        /// Whether SIGHUP came before the engine could take it.
        var isReloadWanted = false
        /// When this process itself did not run.
        var absences = Absences()

        var isTerminating: Bool { terminatingSince != nil }
    }

    private func watchUntilDeath(of child: ChildProcess, _ watch: inout Watch) throws -> EngineDeath {
        while true {
            let milliseconds = timeout(for: watch)
            let start = SystemTimeSource.monotonicNanoseconds
            let event = try child.wait(for: [signals.descriptor], timeoutMilliseconds: milliseconds)
            watch.absences.note(
                from: start,
                until: SystemTimeSource.monotonicNanoseconds,
                expectedNanoseconds: Int64(milliseconds) * 1_000_000
            )
            switch event {
            case .ended(.exited(let code)): return .exit(Int(code))
            case .ended(.signaled(let number)):
                return watch.timedOutSlot.map { .timeout(slot: $0) } ?? .signal(Int(number))
            case .readable: passSignals(to: child, &watch)
            case .timedOut: actOnTime(child, &watch)
            }
            service?.look()
            passReload(to: child, &watch)
        }
    }

    private func passSignals(to child: ChildProcess, _ watch: inout Watch) {
        while let signal = signals.next() {
            if signal == SIGHUP {
                service?.reloads()
                watch.isReloadWanted = true
            } else {
                terminate(child, &watch, because: "told to end")
            }
        }
    }

    /// An engine takes no signal before it is ready, and may have read the configuration before SIGHUP came.
    private func passReload(to child: ChildProcess, _ watch: inout Watch) {
        guard watch.isReloadWanted, board.keeperNote?.isReady == true else { return }
        watch.isReloadWanted = false
        child.send(SIGHUP)
    }

    private func terminate(_ child: ChildProcess, _ watch: inout Watch, because words: String) {
        if watch.terminatingSince == nil {
            watch.terminatingSince = SystemTimeSource.monotonicNanoseconds
            service?.stops(because: words)
        }
        child.send(SIGTERM)
    }

    private func actOnTime(_ child: ChildProcess, _ watch: inout Watch) {
        let now = SystemTimeSource.monotonicNanoseconds
        if let since = watch.terminatingSince {
            if now - since > Int64(Self.terminationSeconds * 1e9) { child.kill() }
        } else if let end = watch.endNanoseconds, now >= end {
            terminate(child, &watch, because: "--deadline is over")
        } else if !isRecovering, watch.timedOutSlot == nil,
            let slot = board.overdueSlot(nowNanoseconds: now, pardoned: watch.absences.nanoseconds(since:))
        {
            watch.timedOutSlot = slot
            child.kill()
        }
    }

    /// Whether the board still shows what the engine before this one had in flight: late, and nobody's fault now.
    private var isRecovering: Bool { board.lastDeath != nil }

    /// Milliseconds until something may be due; the board is looked at every second, since it changes unseen.
    private func timeout(for watch: Watch) -> Int {
        let now = SystemTimeSource.monotonicNanoseconds
        var due = now + 1_000_000_000
        if let look = service?.nextLookNanoseconds(now: now) { due = min(due, look) }
        if watch.isReloadWanted { due = min(due, now + ServiceReporter.startNanoseconds) }
        if let end = watch.endNanoseconds, !watch.isTerminating { due = min(due, end) }
        if !isRecovering,
            let deadline = board.nextDeadlineNanoseconds(pardoned: watch.absences.nanoseconds(since:))
        {
            due = min(due, deadline + 1_000_000)
        }
        return Int(max(due - now, 0) / 1_000_000) + 1
    }
}
