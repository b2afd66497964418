public import BatchCore
public import Logging
public import Spool
import SystemPackage

/// Drives the keeper and its compute threads by turns on the calling thread, on any disk and a clock that is turned
/// by hand: one life of the daemon, without a daemon.
///
/// `run()` takes the turns in a fixed order, with one compute thread; `run(casualties:choosing:)` draws it.
public final class SpoolHarness {
    /// How a life came to rest.
    public enum End: Sendable, Equatable {
        /// Nothing is left to do.
        case idle
        /// The disk's planned kill has struck.
        case dead
        /// Work is left, but nothing happens any more.
        case stuck(String)
    }

    /// Turns of the loop after which a run counts as stuck.
    public static let turnsMaximum = 400

    /// A logger that nobody hears.
    public static var silence: Logger { Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }) }

    /// The keeper under test.
    public let keeper: SpoolKeeper
    /// Where its work goes out.
    public let exchange: WorkExchange
    /// What it says of jobs that ended.
    public let observer = EndObserver()
    /// The compute threads of a life whose turns are drawn.
    public let workers: [SteppedWorker]
    let clock: ManualClock
    let isDead: @Sendable () -> Bool
    let queues: [String: LoadedQueueConfiguration]
    let maintain: (Int) -> Void
    private var computers: ComputerCache
    private let worker: ComputeWorker

    /// Creates a daemon that has not looked at its disk yet.
    ///
    /// - Parameters:
    ///   - disk: Its disk.
    ///   - clock: Its clocks; turned whenever there is nothing to do but wait.
    ///   - queues: `queue.yaml` of each queue.
    ///   - model: What every model reference means.
    ///   - reportWriter: Makes each job's report.
    ///   - logger: Gets the keeper's lines.
    ///   - isDead: Whether the process has been killed.
    ///   - maintain: Is called with the number of each turn before it; what an operator does meanwhile.
    /// - Throws: `ConfigurationError`.
    public convenience init(
        disk: any FileSystem,
        clock: ManualClock,
        queues: [String: String],
        model: any BatchModel,
        reportWriter: any ReportWriter = PlainReportWriter(),
        logger: Logger = silence,
        isDead: @escaping @Sendable () -> Bool = { false },
        maintain: @escaping (Int) -> Void = { _ in }
    ) throws {
        var loaded: [String: LoadedQueueConfiguration] = [:]
        for (name, text) in queues {
            let values = try QueueConfiguration.parse(yaml: text, file: "\(name)/queue.yaml")
            loaded[name] = LoadedQueueConfiguration(values: values, text: text)
        }
        self.init(
            disk: disk,
            clock: clock,
            loaded: loaded,
            model: model,
            reportWriter: reportWriter,
            logger: logger,
            isDead: isDead,
            maintain: maintain
        )
    }

    /// Creates a daemon whose configuration has been read.
    ///
    /// - Parameters:
    ///   - disk: Its disk.
    ///   - clock: Its clocks; turned whenever there is nothing to do but wait.
    ///   - loaded: The configuration of each queue.
    ///   - model: What every model reference means.
    ///   - reportWriter: Makes each job's report.
    ///   - threads: The compute threads, where turns are drawn.
    ///   - seed: The seed of the backoff's jitter.
    ///   - isa: What its metrics say of the instruction set.
    ///   - program: What stands for the hash of the program.
    ///   - logger: Gets the keeper's lines.
    ///   - isDead: Whether the process has been killed.
    ///   - maintain: Is called with the number of each turn before it; what an operator does meanwhile.
    public init(
        disk: any FileSystem,
        clock: ManualClock,
        loaded: [String: LoadedQueueConfiguration],
        model: any BatchModel,
        reportWriter: any ReportWriter = PlainReportWriter(),
        threads: Int = 1,
        seed: UInt64 = 1,
        isa: String = "none",
        program: String = "test",
        logger: Logger = silence,
        isDead: @escaping @Sendable () -> Bool = { false },
        maintain: @escaping (Int) -> Void = { _ in }
    ) {
        self.clock = clock
        self.isDead = isDead
        self.maintain = maintain
        self.queues = loaded
        let exchange = WorkExchange(disk: disk, time: clock, threads: threads, cacheBytes: 4096, seed: seed, wake: {})
        self.exchange = exchange
        workers = (0..<threads).map { SteppedWorker(index: $0, exchange: exchange, time: clock) }
        worker = ComputeWorker(index: 0, source: exchange, board: NoBoard(), time: clock)
        computers = ComputerCache(time: clock)
        keeper = SpoolKeeper(
            exchange: exchange,
            provenance: Provenance(isa: isa, build: "test", peakRSSBytes: { 1 }, program: { program }),
            minimumFreeBytes: 4096,
            loadModel: { _, _ in model },
            observer: observer,
            reportWriter: reportWriter,
            logger: logger
        )
    }

    /// Recovers, then works until nothing is left.
    ///
    /// - Parameter casualties: What a dead engine had in flight.
    /// - Returns: How it ended.
    public func run(casualties: [Casualty] = []) -> End {
        keeper.recover(queues, casualties: casualties)
        return work()
    }

    /// Works until nothing is left.
    ///
    /// - Returns: How it ended.
    public func work() -> End {
        for turn in 0..<Self.turnsMaximum {
            maintain(turn)
            let result = keeper.turn()
            if isDead() { return .dead }
            let hasComputed = computeWhatIsDue()
            if isDead() { return .dead }
            if result.isIdle { return .idle }
            if !hasComputed { clock.advance(bySeconds: max(result.waitSeconds ?? 1, 0.001)) }
        }
        return .stuck(whatIsLeft)
    }

    /// What a run that does not end was doing.
    var whatIsLeft: String {
        let jobs = exchange.progress().jobs.map { "\($0.job.queue)/\($0.job.key) \($0.done)/\($0.total)" }
        return "pause: \(keeper.pauseReason ?? "none"), jobs: \(jobs)"
    }

    private func computeWhatIsDue() -> Bool {
        var hasComputed = false
        while !isDead(), let group = exchange.takeGroupIfDue() {
            let cost = worker.work(on: group, with: &computers)
            exchange.finished(group, cost: cost)
            hasComputed = true
        }
        return hasComputed
    }
}

/// Keeps what a keeper said of jobs that ended.
public final class EndObserver: SpoolObserver {
    /// The metrics of published jobs, in order.
    public private(set) var published: [JobMetrics] = []
    /// The codes of what was set aside.
    public private(set) var codes: [String] = []

    /// A job was published.
    public func published(_ metrics: JobMetrics) {
        published.append(metrics)
    }

    /// A job or a file was set aside.
    public func setAside(queue: String, code: String) {
        codes.append(code)
    }
}

struct NoBoard: InFlightRecorder {
    func begin(worker: Int, names: [String], isCanary: Bool, timeoutSeconds: Double) {}
    func end(worker: Int) {}
}
