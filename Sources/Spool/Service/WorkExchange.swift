public import BatchCore
import JSONLines
import Synchronization
import SystemPackage

/// Where the keeper of the disk and the compute threads meet: work goes out, news comes back.
public final class WorkExchange: JobSource {
    /// What compute threads found out about a disk.
    struct Incident {
        var queue: String
        var error: FileSystemError
    }

    private struct State {
        var table: WorkTable
        var tuners: [ModelIdentity: BudgetTuner] = [:]
        var settled: [ModelIdentity: Int] = [:]
        var incidents: [Incident] = []
        var isPaused = false
        var isStopping = false
        var answered = 0
        var failed = 0
    }

    let disk: any FileSystem
    /// The clocks.
    public let time: any TimeSource
    private let state: Monitor<State>
    private let cacheBytes: Int
    private let wake: @Sendable () -> Void
    /// Has a lock of its own, since it is drawn from while a job's log is locked.
    private let random: Mutex<SplitMix64>
    /// The answers of all jobs under way.
    let memory: AnswerMemory
    private let encoders = Monitor<[ZstdEncoder]>([])

    /// Creates an exchange without work.
    ///
    /// - Parameters:
    ///   - disk: Where shards are read and written.
    ///   - time: The clocks.
    ///   - threads: The number of compute threads.
    ///   - cacheBytes: The second-level cache of a core, from which batch budgets are proposed.
    ///   - budgets: Budgets found earlier on this machine.
    ///   - memory: Where answers are remembered, so that a text of a job is answered once.
    ///   - seed: The seed of the backoff's jitter.
    ///   - wake: Tells the keeper that there is news; called on compute threads.
    public init(
        disk: any FileSystem,
        time: any TimeSource,
        threads: Int,
        cacheBytes: Int,
        budgets: [ModelIdentity: Int] = [:],
        memory: AnswerMemory = AnswerMemory(),
        seed: UInt64,
        wake: @escaping @Sendable () -> Void
    ) {
        self.disk = disk
        self.time = time
        self.cacheBytes = cacheBytes
        self.memory = memory
        self.wake = wake
        var initial = State(table: WorkTable(threads: threads))
        random = Mutex(SplitMix64(seed: seed))
        for (model, budget) in budgets {
            initial.tuners[model] = BudgetTuner(candidates: [budget], chosen: budget)
        }
        state = Monitor(initial)
    }

    // MARK: Compute threads

    /// Waits for work; nil once the exchange is stopped.
    public func nextGroup(worker: Int) -> ShardGroup? {
        state.wait { state in
            if state.isStopping { return .answer(nil) }
            if state.isPaused { return .wait(seconds: nil) }
            if let group = takeGroup(&state) { return .answer(group) }
            return .wait(seconds: state.table.nextDue(after: 0).map { $0 - time.monotonicSeconds + 0.001 })
        }
    }

    /// Takes the next group if one is due now; for callers that drive the engine on one thread.
    ///
    /// - Returns: A group, or nil where nothing is due.
    public func takeGroupIfDue() -> ShardGroup? {
        state.withLock { state in
            state.isPaused || state.isStopping ? nil : takeGroup(&state)
        }
    }

    /// Learns from a group's cost which budget is best.
    public func finished(_ group: ShardGroup, cost: GroupCost) {
        state.withLock { state in
            if let budget = state.tuners[group.model.identity]?.record(cost) {
                state.settled[group.model.identity] = budget
            }
        }
    }

    private func takeGroup(_ state: inout State) -> ShardGroup? {
        let assignments = state.table.nextAssignments(at: RetryMoment(time))
        guard let first = assignments.first else { return nil }
        let model = first.job.model
        let candidates = BudgetTuner.candidates(cacheBytes: cacheBytes, bytesPerToken: model.scratchBytesPerToken)
        let budget = state.tuners[model.identity, default: BudgetTuner(candidates: candidates)].nextBudget()
        for assignment in assignments { assignment.job.reader.expect(shard: assignment.shard) }
        let shards = assignments.map { SpooledShard($0, exchange: self, budgetTokens: budget) }
        return ShardGroup(model: model, shards: shards, budgetTokens: budget)
    }

    // MARK: News from shards

    /// A shard's file is durable.
    func shardDone(_ assignment: WorkTable.Assignment, results: Int, errors: Int) {
        let isJobDone = state.withLock { state in
            state.table.set(.done(results: results, errors: errors), job: assignment.job, shard: assignment.shard)
            state.answered += results
            state.failed += errors
            return state.table.isSettled(assignment.job)
        }
        // The keeper has nothing to do for a shard; waking it for each would cost a directory listing each.
        if isJobDone { wake() }
    }

    /// A probe of a range passed; the shard's next step is due at once.
    func probePassed(_ assignment: WorkTable.Assignment, range: Range<Int>) {
        journal(assignment, range: range, outcome: .passed, cause: "")
    }

    /// A shard failed: blame the disk, or charge an attempt.
    func shardFailed(_ assignment: WorkTable.Assignment, range: Range<Int>, error: any Error) {
        if let error = error as? FileSystemError {
            report(error, for: assignment)
        } else if let canary = error as? CanaryFailure {
            journal(assignment, range: range, outcome: .canaryFailed, cause: canary.description)
        } else {
            journal(assignment, range: range, outcome: .failed, cause: String(describing: error))
        }
    }

    private func report(_ error: FileSystemError, for assignment: WorkTable.Assignment) {
        state.withLock { state in
            state.table.set(.ready, job: assignment.job, shard: assignment.shard)
            state.incidents.append(Incident(queue: assignment.job.record.queue, error: error))
            // No other shard is begun before the keeper has judged the incident.
            state.isPaused = true
        }
        wake()
    }

    private func journal(
        _ assignment: WorkTable.Assignment,
        range: Range<Int>,
        outcome: AttemptEntry.Outcome,
        cause: String
    ) {
        let job = assignment.job
        let entry: AttemptEntry
        do {
            entry = try job.log.withLock { log in
                let entry = makeEntry(
                    log: log,
                    recordCount: job.record.shards[assignment.shard].records,
                    policy: job.configuration.retryPolicy,
                    shard: assignment.shard,
                    range: range,
                    outcome: outcome,
                    cause: cause
                )
                try log.append([entry], on: disk)
                return entry
            }
        } catch let error as FileSystemError {
            return report(error, for: assignment)
        } catch {
            let path = job.layout.job(job.record.key).attempts
            return report(FileSystemError(operation: "journal", path: path, errno: .ioError), for: assignment)
        }
        let next: ShardState = outcome == .passed ? .ready : .deferred(entry.dueMonotonicSeconds)
        // Read before the state is locked: the log's lock is held over a sync, and nothing waits for it in here.
        let trial = job.trial(of: assignment.shard)
        state.withLock { state in
            state.table.set(next, job: job, shard: assignment.shard, trial: trial)
        }
        state.broadcast()
        wake()
    }

    /// Makes the journal entry of an attempt that just ended, with the delay that the queue's policy asks for.
    func makeEntry(
        log: AttemptLog,
        recordCount: Int,
        policy: RetryPolicy,
        shard: Int,
        range: Range<Int>,
        outcome: AttemptEntry.Outcome,
        cause: String
    ) -> AttemptEntry {
        var entry = AttemptEntry(
            shard: shard,
            range: range,
            outcome: outcome,
            cause: cause,
            wallSeconds: time.wallSeconds,
            delaySeconds: 0,
            bootID: time.bootID,
            dueMonotonicSeconds: time.monotonicSeconds
        )
        guard outcome != .passed else { return entry }
        var trial = ShardTrial(recordCount: recordCount, entries: log.entries.filter { $0.shard == shard })
        trial.record(entry)
        let delay = random.withLock { random in
            policy.delaySeconds(afterFailures: trial.failuresOfLastRange, using: &random)
        }
        entry.delaySeconds = delay
        entry.dueMonotonicSeconds += delay
        return entry
    }

    /// Lends a zstd encoder: they are costly to make, and one thread at a time may use each.
    func withEncoder<Result>(_ body: (ZstdEncoder) throws -> Result) throws -> Result {
        let encoder = try encoders.withLock { $0.popLast() } ?? ZstdEncoder(level: OutputLimits.compressionLevel)
        defer { encoders.withLock { $0.append(encoder) } }
        return try body(encoder)
    }

    // MARK: The keeper

    /// Adds a job.
    func add(_ job: RunningJob, shards: [ShardState], trials: [Int: ShardTrial]) {
        state.withLock { $0.table.add(job, shards: shards, trials: trials) }
        state.broadcast()
    }

    /// Forgets a job.
    func remove(_ job: RunningJob) {
        state.withLock { $0.table.remove(job) }
    }

    /// Puts a shard back to work whose file turned out to be invalid.
    func redo(_ job: RunningJob, shard: Int) {
        state.withLock { $0.table.set(.ready, job: job, shard: shard) }
        state.broadcast()
    }

    /// The jobs whose shards are all done.
    var completeJobs: [RunningJob] {
        state.withLock { state in state.table.jobs.filter { $0.isComplete && $0.ending == nil }.map(\.job) }
    }

    /// The jobs that end early and of which nothing is computed any more.
    var endings: [(job: RunningJob, ending: JobEnding)] { state.withLock { $0.table.endings } }

    /// Ends a job early.
    ///
    /// - Returns: Whether it is known.
    func end(_ name: JobName, _ ending: JobEnding) -> Bool { state.withLock { $0.table.end(name, ending) } }

    /// How a job ends early; nil where it does not.
    func ending(of name: JobName) -> JobEnding? { state.withLock { $0.table.ending(of: name) } }

    /// Gives a job another rank.
    func rank(_ name: JobName, _ rank: JobRank) { state.withLock { $0.table.rank(name, rank) } }

    /// Takes the news of failed system calls.
    func takeIncidents() -> [Incident] {
        state.withLock { state in
            defer { state.incidents = [] }
            return state.incidents
        }
    }

    /// Takes the budgets that were settled since the last call.
    public func takeSettledBudgets() -> [ModelIdentity: Int] {
        state.withLock { state in
            defer { state.settled = [:] }
            return state.settled
        }
    }

    /// Stops or goes on handing out work, of all queues.
    func setPaused(_ paused: Bool) {
        state.withLock { $0.isPaused = paused }
        state.broadcast()
    }

    /// Stops handing out work of one queue.
    func stop(queue: String) {
        state.withLock { $0.table.stop(queue: queue) }
    }

    /// Ends the compute threads after the groups they have.
    public func stop() {
        state.withLock { $0.isStopping = true }
        state.broadcast()
    }

    /// When the next deferred shard will be due, by the monotonic clock; those that are due already wait for a
    /// thread, and nobody else can do anything for them.
    func nextDue(after seconds: Double) -> Double? { state.withLock { $0.table.nextDue(after: seconds) } }

    /// How many jobs of a queue are in the table.
    func jobCount(of queue: String) -> Int {
        state.withLock { $0.table.queues[queue]?.count ?? 0 }
    }

    /// What the compute threads have done and have before them.
    public func progress() -> (jobs: [JobProgress], answered: Int, failed: Int) {
        state.withLock { state in
            (state.table.jobs.map(JobProgress.init), state.answered, state.failed)
        }
    }
}

/// How far a job is.
public struct JobProgress: Sendable, Equatable, Codable {
    /// The job.
    public var job: JobName
    /// Records of finished shards.
    public var done: Int
    /// All records.
    public var total: Int
    /// Records that have no result.
    public var errors: Int
    /// Shards that wait for another attempt.
    public var deferred: Int
    /// The model's reference.
    public var model: String
    /// Results and errors a second over the last seconds, where somebody measured them.
    public var recordsPerSecond: Double?

    private enum CodingKeys: String, CodingKey {
        case job
        case done
        case total
        case errors
        case deferred
        case model
        case recordsPerSecond = "records_per_second"
    }

    init(_ entry: WorkTable.Entry) {
        job = entry.job.name
        total = entry.job.record.recordCount
        model = entry.job.model.identity.reference
        done = 0
        errors = 0
        deferred = 0
        for state in entry.shards {
            switch state {
            case .done(let results, let failures):
                done += results + failures
                errors += failures
            case .deferred: deferred += 1
            case .ready, .running: continue
            }
        }
    }
}
