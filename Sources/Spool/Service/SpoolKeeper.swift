public import BatchCore
public import Logging
import SystemPackage

/// Moves jobs through the states of every queue; the only code that decides about the ledger.
///
/// It runs on one thread: `recover` once, then `turn` again and again, until it says that nothing is left. Compute
/// threads meet it in the `WorkExchange` and touch nothing but their own shard files.
public final class SpoolKeeper {
    /// Jobs of one queue that are read, computed or published at the same time; the rest waits in `incoming/`.
    public static let activeJobsPerQueueMaximum = 64

    let disk: any FileSystem
    let time: any TimeSource
    let exchange: WorkExchange
    let provenance: Provenance
    let loadModel: @Sendable (String, PrecisionChoice) throws -> any BatchModel
    let logger: Logger
    let minimumFreeBytes: Int
    let observer: any SpoolObserver
    let reportWriter: (any ReportWriter)?
    var queues: [String: QueueKeeper] = [:]
    var pause: Pause?
    /// How long work waits for room to be made, so that a nearly full disk does not start and stop it every second.
    var patience = RoomPatience()
    /// A want of something other than room that has paused work, until it is surely over.
    var shortage: Shortage?
    /// Entries of `incoming/` that are read at first; sixteen times as many, and then the rest, only where none of
    /// these can be claimed.
    var entriesPerTurnMaximum = 1_024
    /// Directories in `incoming/` that are looked into in one turn; the others have theirs in the next ones.
    var directoriesPerTurnMaximum = 2_048
    /// Why nothing new is claimed, while what is under way goes on.
    var claimHold: String?
    /// Jobs that were taken to work since the start, to tell their answers apart.
    var originCount: UInt32 = 0
    /// What commands ask for and is not concluded, in the order in which it was taken.
    var requests: [TakenRequest] = []
    /// What has gone wrong in `control/` since something was concluded there last.
    var inboxTroubles: Set<String> = []
    /// Whether the caches of queues without one were removed; once, at the start.
    var hasRemovedCaches = false
    /// Jobs that ended since the start, by how.
    public internal(set) var tally = RunTally()

    /// Creates a keeper of the queues below a root.
    ///
    /// - Parameters:
    ///   - exchange: Where compute threads get their work; brings the disk and the clocks.
    ///   - provenance: What metrics say of this build.
    ///   - minimumFreeBytes: Free space below which nothing is claimed.
    ///   - loadModel: Loads a model by its reference, to run in a precision.
    ///   - observer: Is told of what ends.
    ///   - reportWriter: Makes each job's report; without one, jobs are published without.
    ///   - logger: Gets one line for each change of a job's state.
    public init(
        exchange: WorkExchange,
        provenance: Provenance,
        minimumFreeBytes: Int,
        loadModel: @escaping @Sendable (String, PrecisionChoice) throws -> any BatchModel,
        observer: any SpoolObserver,
        reportWriter: (any ReportWriter)? = nil,
        logger: Logger
    ) {
        self.disk = exchange.disk
        self.time = exchange.time
        self.exchange = exchange
        self.provenance = provenance
        self.minimumFreeBytes = minimumFreeBytes
        self.loadModel = loadModel
        self.observer = observer
        self.reportWriter = reportWriter
        self.logger = logger
    }

    /// Opens the queues and brings each back to a consistent state; charges what a dead engine had in flight.
    ///
    /// - Parameters:
    ///   - configurations: The configuration of each queue, with its text.
    ///   - casualties: Shards that a dead engine was computing, with what killed it.
    ///   - charged: Is called once these are charged and before anything else is recovered, so that an engine that
    ///     dies of what it recovers charges nobody twice.
    public func recover(
        _ configurations: [String: LoadedQueueConfiguration],
        casualties: [Casualty] = [],
        charged: () -> Void = {}
    ) {
        restoreBallast()
        // Without room for it nobody can ask for anything; work goes on all the same.
        try? ControlInbox(disk: disk).open()
        for name in configurations.keys.sorted() {
            guard let configuration = configurations[name] else { continue }
            let queue = QueueKeeper(layout: QueueLayout(queue: name), configuration: configuration)
            queue.casualties = casualties.filter { $0.shard.queue == name }
            queues[name] = queue
            guarding(queue) { try chargeCasualties(in: queue) }
        }
        charged()
        if !hasRemovedCaches { removeCaches(except: configurations) }
        for name in configurations.keys.sorted() {
            guard let queue = queues[name], queue.stopReason == nil else { continue }
            guarding(queue) { try recover(queue) }
        }
    }

    /// Replaces the configuration of queues, for jobs that are accepted from now on.
    ///
    /// - Parameter configurations: All queues; those that are new are opened, those that are gone finish their jobs.
    public func reload(_ configurations: [String: LoadedQueueConfiguration]) {
        for (name, queue) in queues {
            if let configuration = configurations[name] {
                queue.configuration = configuration
                queue.isClosed = false
            } else {
                queue.isClosed = true
            }
        }
        recover(configurations.filter { queues[$0.key] == nil })
    }

    /// Does all that can be done now.
    ///
    /// - Parameter arrivals: Names that are known to be complete, by queue; the directories are read in any case.
    /// - Returns: What is left, and when to come back at the latest.
    public func turn(arrivals: [String: Set<String>] = [:]) -> TurnResult {
        judgeIncidents()
        guard endPauseIfPossible() else { return result(isIdle: false) }
        let hasOrders = obey()
        var isIdle = true
        for name in queues.keys.sorted() {
            guard let queue = queues[name], queue.stopReason == nil else { continue }
            guarding(queue) {
                if queue.needsRecovery { try recover(queue) }
                if queue.isUnsettled { try queue.settle(on: disk) }
                try resumeAccepted(in: queue)
                try finishJobs(of: queue)
                try lookAtPublished(in: queue)
                try claim(in: queue, arrivals: arrivals[name] ?? [])
                try ingest(in: queue)
                try finishJobs(of: queue)
            }
            if queue.stopReason == nil && (queue.hasWork || exchange.jobCount(of: name) > 0) { isIdle = false }
        }
        // What was asked of a job may have been done with the last of its shards.
        if hasOrders && pause == nil { _ = obey() }
        endShortageIfOver(isIdle: isIdle)
        return result(isIdle: isIdle && pause == nil)
    }

    /// The queues that were stopped, with the reasons.
    public var stoppedQueues: [String: String] {
        queues.compactMapValues(\.stopReason)
    }

    /// Whether no queue is left that could do anything.
    public var isStopped: Bool {
        let left = queues.values.filter { queue in
            queue.stopReason == nil
                && (!queue.isClosed || queue.hasWork || exchange.jobCount(of: queue.layout.queue) > 0)
        }
        return left.isEmpty && !stoppedQueues.isEmpty
    }

    /// Why nothing is done for now, or not all that could be done with more room, in words.
    public var pauseReason: String? { pause?.reason ?? claimHold ?? waitForRoom }

    /// Which files are too large for the room that is left.
    private var waitForRoom: String? {
        let waiting = queues.values.filter { $0.stopReason == nil }.flatMap { queue in
            queue.waitingForRoom.filter { queue.unread.contains($0.key) }
                .map { (name: "\(queue.layout.queue)/\($0.key)", room: $0.value) }
        }
        guard let first = waiting.min(by: { $0.name < $1.name }) else { return nil }
        let others = waiting.count == 1 ? "" : " and \(waiting.count - 1) more"
        return "'\(first.name)'\(others) waits for room to be copied: it takes \(first.room.copyBytes.bytesInWords) "
            + "above minimum_free_bytes, \(minimumFreeBytes.bytesInWords), and \(first.room.freeBytes.bytesInWords) "
            + "were free; make room"
    }

    private func result(isIdle: Bool) -> TurnResult {
        let now = time.monotonicSeconds
        if let pause {
            return TurnResult(isIdle: isIdle, waitSeconds: max(pause.retryAt - now, 0), isPaused: true)
        }
        let open = queues.values.filter { $0.stopReason == nil }
        if open.contains(where: { $0.hasNextStep }) {
            return TurnResult(isIdle: isIdle, waitSeconds: 0, isPaused: false)
        }
        let others = [exchange.nextDue(after: now), shortage?.overAt].compactMap(\.self)
        let due = (open.compactMap(\.nextLook) + others).min()
        return TurnResult(isIdle: isIdle, waitSeconds: due.map { max($0 - now, 0) }, isPaused: false)
    }

    // MARK: Failures of the disk

    /// Runs one queue's work and turns a failed system call into a pause or a stop.
    func guarding(_ queue: QueueKeeper, _ body: () throws -> Void) {
        do {
            try body()
        } catch let error as FileSystemError {
            judge(error, queue: queue)
        } catch {
            stop(queue, because: "\(error); mend it, then start batchd again")
        }
    }

    private func judgeIncidents() {
        let incidents = exchange.takeIncidents()
        for incident in incidents {
            if let queue = queues[incident.queue] { judge(incident.error, queue: queue) }
        }
        if !incidents.isEmpty && pause == nil { exchange.setPaused(false) }
    }

    private func judge(_ error: FileSystemError, queue: QueueKeeper) {
        switch error.consequence {
        case .pause: beginPause(because: error)
        case .stopQueue: stop(queue, because: error.advice)
        }
        queue.isUnsettled = true
        queue.ingestions.removeAll { ingestion in
            ingestion.abandon()
            queue.unread.insert(ingestion.source)
            return true
        }
    }

    private func stop(_ queue: QueueKeeper, because reason: String) {
        guard queue.stopReason == nil else { return }
        queue.stopReason = reason
        exchange.stop(queue: queue.layout.queue)
        logger.critical(
            "queue stopped; the others go on",
            metadata: ["queue": "\(queue.layout.queue)", "reason": "\(reason)"]
        )
    }
}
