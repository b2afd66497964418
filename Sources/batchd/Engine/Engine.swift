import BatchCore
import FoundationEssentials
import Glibc
import Kernels
import Logging
import Spool
import SystemPackage

/// The engine process: one thread keeps the disk, one a core computes.
final class Engine {
    private let root: SpoolRoot
    private let board: InFlightBoard
    private let signals: SignalDescriptor
    private let isOnce: Bool
    private let watcher: SpoolWatcher
    private let exchange: WorkExchange
    private let keeper: SpoolKeeper
    private let models: EngineModels
    private let journal: EngineJournal
    private let voice: KeeperVoice
    private let alerts: AlertDispatcher
    private let logger: Logger
    private let daemon: DaemonConfiguration
    private var watched: Set<FilePath> = []
    /// Files that wait in queues without queue.yaml.
    private var orphanedFiles = 0

    init(root: SpoolRoot, board: InFlightBoard, signals: SignalDescriptor, isOnce: Bool) throws {
        self.root = root
        self.board = board
        self.signals = signals
        self.isOnce = isOnce
        daemon = try root.daemonConfiguration()
        let time = SystemTimeSource()
        let progress = EngineProgressLine()
        logger = StructuredLogHandler.logger(format: daemon.logFormat, level: daemon.logLevel, progress: progress)
        let watcher = try SpoolWatcher(root: root.path)
        self.watcher = watcher
        models = EngineModels(root: root.path)
        let budgets = BudgetStore(disk: root.disk)
        let voice = KeeperVoice(board: board)
        self.voice = voice
        exchange = WorkExchange(
            disk: PulseFileSystem(root.disk, beat: voice.beat),
            time: time,
            threads: board.slotCount,
            cacheBytes: Machine.secondLevelCacheBytes,
            budgets: budgets.load(),
            seed: UInt64(bitPattern: Int64(getpid())) ^ UInt64(time.monotonicSeconds * 1e6),
            wake: { watcher.wake() }
        )
        alerts = AlertDispatcher(
            to: daemon.alerts.destinations(),
            on: root.disk,
            sender: Machine.alertSender(root: root.path),
            time: time,
            logger: logger,
            wake: { watcher.wake() }
        )
        journal = EngineJournal(
            root: root,
            board: board,
            time: time,
            budgets: budgets,
            progress: progress,
            voice: voice,
            alerts: alerts,
            writesMetrics: daemon.metricsTextfile
        )
        let models = models
        keeper = SpoolKeeper(
            exchange: exchange,
            provenance: Machine.provenance,
            minimumFreeBytes: daemon.minimumFreeBytes,
            loadModel: { try models.load($0, precision: $1) },
            observer: journal,
            reportWriter: HTMLReportWriter(corePrice: daemon.corePrice),
            logger: logger
        )
    }

    /// Works until SIGTERM, or with `--once` until nothing is left.
    ///
    /// - Returns: The exit code.
    func run() throws -> Int32 {
        let queues = try root.queueConfigurations()
        // Before it started the first engine the parent looked; since then a queue's model may have gone.
        if board.lastDeath != nil { try models.check(queues) }
        tellOfOrphans()
        try board.recordCrashes()
        // A crash of this thread is known as such, and charged to nobody; without a handler stack, just less surely.
        try? board.bindKeeperThread()
        keeper.recover(queues, casualties: casualties(), charged: board.clear)
        watch(queues.keys)
        watcher.watch(SpoolLayout.control)
        let threads = try ComputeThreads(count: board.slotCount, exchange: exchange, board: board)
        try alerts.start()
        voice.becomeReady()
        RunFailure.forget(on: root.disk)
        let code = try loop()
        exchange.stop()
        let isQuiet = alerts.stop(withinSeconds: EngineLimits.alertsStopSeconds)
        let isJoined = threads.join(withinSeconds: EngineLimits.joinSeconds - EngineLimits.alertsStopSeconds)
        tellOfWaitingAlerts()
        journal.write(exchange, keeper, isFinal: true)
        // What exit(3) tears down, a thread that still computes or sends may be using.
        if !isJoined || !isQuiet { _exit(code) }
        return code
    }

    private func loop() throws -> Int32 {
        let pollSeconds = daemon.pollSeconds
        var arrivals: [String: Set<String>] = [:]
        while true {
            let result = keeper.turn(arrivals: arrivals)
            journal.write(exchange, keeper, isFinal: false)
            let stopped = keeper.stoppedQueues.count
            if keeper.isStopped || stopped >= EngineLimits.stoppedQueuesMaximum { return ExitStatus.inputOutput }
            // An alarm that is being sent is waited for, a receiver that does not answer is not.
            if isOnce && result.isIdle && alerts.isQuiet { return exitCode }
            let wait = min(result.waitSeconds ?? pollSeconds, pollSeconds, journal.secondsToNextWrite)
            let events = try watcher.wait(
                timeoutMilliseconds: Int((wait * 1000).rounded(.up)),
                for: [signals.descriptor]
            )
            arrivals = movedIn(events)
            // One of that name may be made again, and is watched from the next reload on.
            watched.subtract(events.endedDirectories)
            while let signal = signals.next() {
                if signal == SIGHUP { reload() } else { return interrupted() }
            }
        }
    }

    /// Says what is left where the end came from outside.
    private func interrupted() -> Int32 {
        guard isOnce else { return ExitStatus.success }
        for left in keeper.remainders {
            logger.warning(
                "told to end, or --deadline is over, before all was done; run again",
                metadata: [
                    "queue": "\(left.queue)", "under_way": .stringConvertible(left.underWay),
                    "waiting": .stringConvertible(left.waiting),
                    "reason": "\(left.reason)",
                ]
            )
        }
        return ExitStatus.temporary
    }

    /// Says what the next run will send.
    private func tellOfWaitingAlerts() {
        for (name, figures) in alerts.figures where figures.waiting > 0 {
            logger.warning(
                "alarms wait for their receiver; the next run sends them",
                metadata: ["destination": "\(name)", "jobs_waiting": .stringConvertible(figures.waiting)]
            )
        }
    }

    private var exitCode: Int32 {
        if !keeper.stoppedQueues.isEmpty { return ExitStatus.inputOutput }
        if orphanedFiles > 0 { return ExitStatus.temporary }
        return board.hasFailures ? ExitStatus.data : ExitStatus.success
    }

    private func reload() {
        var isTaken = false
        defer { voice.reloaded(isTaken: isTaken) }
        do {
            let queues = try root.queueConfigurations()
            let daemon = try root.daemonConfiguration()
            try models.renew(for: queues)
            keeper.reload(queues)
            watch(queues.keys)
            isTaken = true
            journal.refusedReload = nil
            logger.notice("configuration read again", metadata: ["queues": .stringConvertible(queues.count)])
            tellOfOrphans()
            if daemon != self.daemon {
                logger.warning("batchd.yaml is read at the start only; restart batchd for what has changed in it")
            }
        } catch {
            let reason = CommandFailure(error).description
            journal.refusedReload = RefusedReload(reason, time: SystemTimeSource())
            logger.error(
                "configuration is wrong and was not taken; the former one stays until batchd or its engine starts again",
                metadata: ["reason": "\(reason)"]
            )
        }
    }

    /// Says which queues have lost their configuration, so that nobody believes all was done.
    private func tellOfOrphans() {
        orphanedFiles = 0
        for orphan in (try? root.orphanedQueues()) ?? [] {
            orphanedFiles += orphan.waiting ?? 0
            logger.warning(
                "a queue has no queue.yaml, and no file of it is taken; write it, or move its directory away",
                metadata: ["queue": "\(orphan.name)", "waiting": .stringConvertible(orphan.waiting ?? 0)]
            )
        }
    }

    private func watch(_ queues: some Sequence<String>) {
        for queue in queues {
            let incoming = QueueLayout(queue: queue).incoming
            guard watched.insert(incoming).inserted else { continue }
            if !watcher.watch(incoming) {
                logger.notice(
                    "no notification for a directory; it is read every poll_seconds",
                    metadata: ["directory": "\(incoming)"]
                )
            }
        }
    }

    /// Names that a rename brought, and so are complete.
    private func movedIn(_ events: WatchEvents) -> [String: Set<String>] {
        var arrivals: [String: Set<String>] = [:]
        for arrival in events.arrivals where arrival.movedIn {
            guard let queue = arrival.directory.removingLastComponent().lastComponent else { continue }
            arrivals[queue.string, default: []].insert(arrival.name.string)
        }
        return arrivals
    }

    /// The shards that the engine before this one died on, as the parent saw it.
    private func casualties() -> [Casualty] {
        guard let record = board.lastDeath, record.isChargePending else { return [] }
        return board.slots()
            .filter { record.culprit == nil || $0.index == record.culprit }
            .flatMap { InFlightNote.casualties(in: $0.payload, cause: record.death.words) }
    }
}

/// Numbers that govern the engine process.
enum EngineLimits {
    /// How long compute threads may take to finish their groups after SIGTERM, in seconds; what they have then is
    /// computed again by the next engine.
    static let joinSeconds = 4.0
    /// How long a message to a receiver of alarms may take to break off, in seconds; part of the above.
    static let alertsStopSeconds = 1.0
    /// Stopped queues at which the whole engine ends: two disks rarely fail alone.
    static let stoppedQueuesMaximum = 2
}
