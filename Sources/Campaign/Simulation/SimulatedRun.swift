import BatchCore
import BatchTesting
import Spool
import SystemPackage

/// One run of the simulation: a root in memory, the lives of a daemon on it, and everybody else who touches it.
///
/// All that happens is drawn from one generator on one thread, so a seed tells the whole story.
final class SimulatedRun: @unchecked Sendable {
    // Sendable: one thread drives a run from its beginning to its end; the disk and the clock call back on it.

    /// One queue of the root.
    struct Queue {
        var layout: QueueLayout
        var configuration: LoadedQueueConfiguration
    }

    let tools: SimulationTools
    let clock = ManualClock()
    let habits: RunHabits
    let queues: [Queue]
    var random: SplitMix64
    var disk: SimulatedDisk
    var harness: SpoolHarness?
    var life = LifePlan()
    var lives = 0
    /// What is still to be dropped, the next one last.
    var upcoming: [SimulatedDrop] = []
    var delivered: [SimulatedDrop] = []
    /// What a sender was told could not be dropped, and may lie there all the same.
    var unsure: [SimulatedDrop] = []
    /// How often somebody will still want more of what was published.
    var afterthoughts = 0
    var watch = OutboxWatch()
    /// Publications that were moved away without a sync, so that a power loss may bring them back.
    var movedAway: Set<JobName> = []
    /// Whether a shard was blamed for the death of an engine, so that innocent records may count as poison.
    var hasBlamed = false
    /// Changing calls of all lives but the present.
    private var formerCalls = 0
    /// The last attempt of each shard, by its job's log and its number, since the power was last lost.
    var lastAttempts: [String: AttemptEntry] = [:]
    /// How often a sender will still write what was taken from him.
    var lateWrites: Int
    /// Draws when; apart from `random`, so that runs without it stay what they were.
    var lateRandom: SplitMix64
    /// Whether collectors have gone home.
    var isQuiet = false
    private(set) var violations: [String] = []
    private let tell: ((String) -> Void)?
    private var told = 0
    private var isBetweenCalls = false

    /// Draws a run.
    ///
    /// - Parameters:
    ///   - seed: What everything is drawn from.
    ///   - tools: What runs share.
    ///   - tell: Is told all that happens, where somebody wants to know.
    /// - Throws: `ConfigurationError`.
    init(seed: UInt64, tools: SimulationTools, tell: ((String) -> Void)? = nil) throws {
        self.tools = tools
        self.tell = tell
        var random = SplitMix64(seed: seed)
        habits = RunHabits(&random)
        queues = try habits.configurations.enumerated().map { index, text in
            Queue(layout: QueueLayout(queue: "q\(index)"), configuration: try tools.configuration(text))
        }
        var drops = DropGenerator(tools: tools)
        upcoming = drops.drops(queues: queues.count, &random).reversed()
        afterthoughts = [0, 0, 0, 1, 2][Int.random(in: 0..<5, using: &random)]
        disk = SimulatedDisk(clock: clock, ordering: habits.ordering, listingSeed: random.next())
        self.random = random
        lateRandom = SplitMix64(seed: ~seed)
        lateWrites = [0, 0, 0, 3][Int.random(in: 0..<4, using: &lateRandom)]
        for queue in queues {
            for directory in queue.layout.directories { disk.dropDirectory(directory) }
        }
        disk.dropDirectory(Self.collection)
        if habits.hasBallast { disk.dropDirectory(SpoolLayout.state) }
    }

    /// Where a file lies that is submitted.
    static let outside = FilePath("outside")
    /// Where a collector that only moves puts what it takes.
    static let collection = FilePath("collected")

    /// Lives all lives, then judges.
    ///
    /// - Returns: What went wrong, one sentence each.
    func go() -> [String] {
        tools.model.failFlakyTexts(times: habits.flakyFailures)
        tools.model.setBroken(false)
        var casualties: [Casualty] = []
        for _ in 0..<habits.troubledLives {
            let jobs = upcoming.count + delivered.count
            life = LifePlan(habits: habits, jobs: jobs, queues: queues.map(\.layout), &random)
            live(casualties: casualties)
            casualties = restart()
            if !violations.isEmpty { break }
        }
        if violations.isEmpty { end(casualties: casualties) }
        return violations + watch.violations
    }

    /// Changing calls so far.
    var calls: Int { formerCalls + disk.callCount }

    func note(_ violation: String) {
        violations.append(violation)
        say("WRONG \(violation)")
    }

    func say(_ words: @autoclosure () -> String) {
        guard let tell else { return }
        for call in disk.calls[min(told, disk.calls.count)...] { tell("      \(call)") }
        told = disk.calls.count
        tell(words())
    }

    /// Lives one life.
    ///
    /// - Returns: How it came to rest.
    @discardableResult
    func live(casualties: [Casualty] = []) -> SpoolHarness.End {
        lives += 1
        disk.setPlans(life.faults)
        say("life \(lives): \(life), casualties \(casualties.map(\.shard.line))")
        lookAtOutbox()
        let disk = disk
        let harness = SpoolHarness(
            disk: ObservedFileSystem(
                disk,
                interlude: { [unowned self] in letOthersAct() },
                renamed: { [unowned self] target in renamed(target) }
            ),
            clock: clock,
            loaded: Dictionary(uniqueKeysWithValues: queues.map { ($0.layout.queue, $0.configuration) }),
            model: tools.model,
            threads: habits.threads,
            seed: random.next(),
            isDead: { disk.isDead },
            maintain: { [unowned self] step in beforeStep(step) }
        )
        self.harness = harness
        var order = SplitMix64(seed: random.next())
        let end = harness.run(casualties: casualties, choosing: &order)
        say("life \(lives) ends: \(end), stopped \(Self.words(for: harness.keeper.stoppedQueues))")
        if case .stuck(let why) = end { note("I6 a life does not end: \(why)") }
        judgeLife(end)
        return end
    }

    /// The queues that stopped, in the order of their names.
    static func words(for stopped: [String: String]) -> String {
        let reasons = stopped.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return reasons.isEmpty ? "none" : reasons.joined(separator: "; ")
    }

    /// Begins the next life's disk.
    ///
    /// - Returns: What the engine had in flight, where its parent lives on to say so.
    func restart() -> [Casualty] {
        let restart: Restart = Bool.random(using: &random) ? .process : .powerLoss(seed: random.next())
        var casualties: [Casualty] = []
        if restart == .process, disk.isDead, Int.random(in: 0..<4, using: &random) == 0, let harness {
            casualties = harness.casualties(cause: "signal 9")
            hasBlamed = hasBlamed || !casualties.isEmpty
        }
        begin(after: restart)
        return casualties
    }

    /// Begins the next life's disk after this.
    func begin(after restart: Restart) {
        say("restart: \(restart)")
        harness = nil
        formerCalls += disk.callCount
        disk = disk.afterRestart(restart)
        disk.setCapacity(.unlimited)
        told = 0
        if restart != .process {
            clock.reboot(afterSeconds: Double(Int.random(in: 1...100, using: &random)))
            for job in movedAway where disk.listing(of: Self.collection).contains("\(job.queue).\(job.key)") {
                watch.collected(job)
            }
            movedAway = []
            lastAttempts = [:]
        }
        judgeRemains()
        if Int.random(in: 0..<8, using: &random) == 0 { damageAnyShard() }
    }

    /// Another thread has its turn in the middle of what the keeper does.
    private func letOthersAct() {
        guard !isBetweenCalls, let harness, habits.threads > 0 else { return }
        guard Int.random(in: 0..<24, using: &random) == 0, !harness.isWorkerStepping else { return }
        isBetweenCalls = true
        harness.stepAnyWorker(choosing: &random)
        isBetweenCalls = false
    }

    private func renamed(_ target: FilePath) {
        if target.lastComponent?.string == "attempts.log" { return judgeAttempt(in: target) }
        guard target.starts(with: SpoolLayout.outbox) else { return }
        let names = target.components.map(\.string)
        guard names.count == 3 else { return note("I2 '\(target)' became visible by itself") }
        let job = JobName(queue: names[1], key: names[2])
        watch.look(at: job, on: disk)
        say("published: \(job)")
        if habits.collector == .atOnce { collect(job) }
    }
}
