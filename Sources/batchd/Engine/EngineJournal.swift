import BatchCore
import PrometheusMetrics
import Spool
import SystemPackage

/// What the engine tells the world outside its log: metrics, the status snapshot, the progress line, found budgets.
final class EngineJournal: SpoolObserver {
    /// Seconds between two snapshots.
    static let snapshotSeconds = 1.0
    /// The largest textfile of a former engine that is read, in bytes.
    private static let textfileBytesMaximum = 16 << 20

    private let root: SpoolRoot
    private let board: InFlightBoard
    private let time: any TimeSource
    private let budgets: BudgetStore
    private let progress: EngineProgressLine
    private let voice: KeeperVoice
    private let alerts: AlertDispatcher
    private let writesMetrics: Bool
    private let registry = PrometheusRegistry()
    private let metrics: EngineMetrics
    private var rate: RateMeter
    private var jobRates: [JobName: RateMeter] = [:]
    private var lastWrite = -Double.infinity
    private var lastPause: String?
    /// The last reload, where it was refused.
    var refusedReload: RefusedReload?
    /// The CPU seconds of this process, and the moment, of the last snapshot.
    private var lastCPU: (cpuSeconds: Double, atSeconds: Double)

    init(
        root: SpoolRoot,
        board: InFlightBoard,
        time: any TimeSource,
        budgets: BudgetStore,
        progress: EngineProgressLine,
        voice: KeeperVoice,
        alerts: AlertDispatcher,
        writesMetrics: Bool
    ) {
        self.root = root
        self.board = board
        self.time = time
        self.budgets = budgets
        self.progress = progress
        self.voice = voice
        self.alerts = alerts
        self.writesMetrics = writesMetrics
        metrics = EngineMetrics(factory: registry)
        rate = RateMeter(startSeconds: time.monotonicSeconds)
        lastCPU = (Machine.cpuSeconds, time.monotonicSeconds)
        if let bytes = try? root.disk.readFile(SpoolLayout.metricsTextfile, bytesMaximum: Self.textfileBytesMaximum) {
            let queues = Set((try? root.queueNames()) ?? [])
            metrics.restoreLastPublications(from: String(decoding: bytes, as: UTF8.self), of: queues)
        }
    }

    /// When the next snapshot is due.
    var secondsToNextWrite: Double {
        max(lastWrite + Self.snapshotSeconds - time.monotonicSeconds, 0.01)
    }

    func published(_ job: JobMetrics) {
        if job.outcome == .failed { board.noteFailure() }
        metrics.published(job)
        alerts.published(job)
    }

    func setAside(queue: String, code: String) {
        board.noteFailure()
        metrics.setAside(queue: queue, code: code)
    }

    /// Writes what is due; a pause, and its end, at once.
    func write(_ exchange: WorkExchange, _ keeper: SpoolKeeper, isFinal: Bool) {
        let isNews = keeper.pauseReason != lastPause
        guard isFinal || isNews || secondsToNextWrite <= 0.01 else { return }
        lastPause = keeper.pauseReason
        lastWrite = time.monotonicSeconds
        let settled = exchange.takeSettledBudgets()
        if !settled.isEmpty { budgets.add(settled) }
        let now = exchange.progress()
        rate.record(records: now.answered + now.failed, atSeconds: time.monotonicSeconds)
        let snapshot = StatusSnapshot(
            writtenWallSeconds: time.wallSeconds,
            jobs: isFinal ? [] : measured(now.jobs),
            recordsPerSecond: isFinal ? 0 : rate.recordsPerSecond,
            pause: keeper.pauseReason,
            stoppedQueues: keeper.stoppedQueues,
            waitingFiles: keeper.waitingFiles,
            computeThreads: board.slotCount,
            coresBusy: isFinal ? 0 : coresBusy(),
            refusedReload: refusedReload
        )
        metrics.update(snapshot, isFinal: isFinal)
        metrics.update(alerts.figures)
        progress.update(isFinal ? nil : snapshot)
        voice.tell(snapshot)
        // Neither file is worth a sync, nor worth stopping for: the next one comes in a second.
        replace(SpoolLayout.statusSnapshot, with: try? DocumentCoding.encode(snapshot))
        if writesMetrics { replace(SpoolLayout.metricsTextfile, with: Array(registry.exposition().utf8)) }
    }

    /// The cores that this process kept busy since it was last asked.
    private func coresBusy() -> Double {
        let now = (cpuSeconds: Machine.cpuSeconds, atSeconds: time.monotonicSeconds)
        let wall = now.atSeconds - lastCPU.atSeconds
        let busy = wall > 0 ? max(now.cpuSeconds - lastCPU.cpuSeconds, 0) / wall : 0
        lastCPU = now
        return (busy * 100).rounded() / 100
    }

    /// Adds to each job how fast it goes, and forgets the jobs that are gone.
    private func measured(_ jobs: [JobProgress]) -> [JobProgress] {
        var rates: [JobName: RateMeter] = [:]
        let measured = jobs.map { job in
            var job = job
            var rate = jobRates[job.job] ?? RateMeter(startSeconds: time.monotonicSeconds, records: job.done)
            rate.record(records: job.done, atSeconds: time.monotonicSeconds)
            job.recordsPerSecond = rate.recordsPerSecond
            rates[job.job] = rate
            return job
        }
        jobRates = rates
        return measured
    }

    private func replace(_ path: FilePath, with bytes: [UInt8]?) {
        guard let bytes else { return }
        // What fails here the keeper meets too, and says what is wrong with the disk.
        try? root.disk.replaceUnsynced(path, with: bytes)
    }
}

/// Records a second over the last few seconds.
struct RateMeter {
    /// The time over which the rate is taken, in seconds.
    static let windowSeconds = 10.0
    private var samples: [(seconds: Double, records: Int)]

    init(startSeconds: Double, records: Int = 0) {
        samples = [(startSeconds, records)]
    }

    mutating func record(records: Int, atSeconds seconds: Double) {
        samples.append((seconds, records))
        while samples.count > 2, samples[1].seconds < seconds - Self.windowSeconds { samples.removeFirst() }
    }

    var recordsPerSecond: Double {
        guard let first = samples.first, let last = samples.last, last.seconds > first.seconds else { return 0 }
        return Double(last.records - first.records) / (last.seconds - first.seconds)
    }
}
