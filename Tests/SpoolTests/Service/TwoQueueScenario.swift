import BatchTesting
import JSONLines
import Spool
import SystemPackage

/// Two queues with a job each: zstd with bad lines in several shards, and a plain file with the sender's manifest.
struct TwoQueueScenario {
    static let queues = ["nightly", "reviews"]
    static let configuration = """
        model: marked
        shard_records: 4
        settle_seconds: 0
        monitors: [{ kind: error_rate, above: 0.01, minimum_records: 1 }]
        retry: { attempts: 4, base: 10ms, cap: 50ms, deadline: 1h, shard_timeout: 1s }
        """
    static let expected = [
        InvariantChecker.Expectation(queue: "nightly", stem: "night", lines: 1...10),
        InvariantChecker.Expectation(queue: "reviews", stem: "day", lines: 1...5),
    ]
    static let night = compressed(
        (1...10).map { line in
            switch line {
            case 3: #"{"text": "cut short"#
            case 7: #"{"title": "no text"}"#
            default: #"{"id": "n\#(line)", "text": "night \#(line)"}"#
            }
        }
    )
    static let day = Array((1...5).map { #"{"id": "d\#($0)", "text": "day \#($0)"}"# + "\n" }.joined().utf8)

    let clock = ManualClock()
    let disk: SimulatedDisk

    /// A root whose two jobs lie in `incoming/`.
    init(ordering: NameOrdering = .arbitrary, plan: FaultPlan? = nil) {
        disk = SimulatedDisk(clock: clock, ordering: ordering, plan: plan)
        for queue in Self.queues {
            for directory in QueueLayout(queue: queue).directories { disk.dropDirectory(directory) }
        }
        drop()
    }

    /// Drops both files, and the manifest of one.
    func drop() {
        let nightly = QueueLayout(queue: "nightly").incoming
        let reviews = QueueLayout(queue: "reviews").incoming
        disk.drop(Self.night, at: nightly.appending("night.jsonl.zst"))
        disk.drop(Array(#"{"records": 5}"#.utf8), at: reviews.appending("day.manifest.json"))
        disk.drop(Self.day, at: reviews.appending("day.jsonl"))
    }

    static func compressed(_ lines: [String]) -> [UInt8] {
        let text = Array(lines.map { $0 + "\n" }.joined().utf8)
        var frame: [UInt8] = []
        let encoder = try? ZstdEncoder()
        try? encoder?.appendFrame(of: text.span.bytes, to: &frame)
        precondition(!frame.isEmpty, "libzstd compresses a few lines")
        return frame
    }
}

/// One story of a root: lives of the daemon, what ended each, and an analyst who watches the outbox all the time.
final class SpoolStory {
    let ledger = OutboxLedger()
    private let clock: ManualClock
    private let collects: Bool
    private(set) var disk: SimulatedDisk
    private(set) var violations: [String] = []

    init(_ scenario: TwoQueueScenario, collects: Bool) {
        clock = scenario.clock
        disk = scenario.disk
        self.collects = collects
    }

    /// Lives one life.
    ///
    /// - Parameters:
    ///   - mayReappear: Whether a power loss went before, which can undo what the analyst took away.
    ///   - mendingAfterTurns: When an operator ends whatever the plan makes fail.
    /// - Returns: Whether all was answered and no queue stopped.
    /// - Throws: `ConfigurationError`.
    @discardableResult
    func live(mayReappear: Bool = false, mendingAfterTurns: Int? = nil) throws -> Bool {
        let (disk, ledger, collects) = (disk, ledger, collects)
        let watch: @Sendable (FilePath) -> Void = { target in
            guard target.starts(with: SpoolLayout.outbox) else { return }
            ledger.look(at: disk, queues: TwoQueueScenario.queues, mayReappear: mayReappear)
            if collects { Self.collect(from: disk, ledger) }
        }
        watch(SpoolLayout.outbox)
        let harness = try SpoolHarness(
            disk: ObservedFileSystem(disk, renamed: watch),
            clock: clock,
            queues: Dictionary(
                uniqueKeysWithValues: TwoQueueScenario.queues.map { ($0, TwoQueueScenario.configuration) }
            ),
            model: MarkedTextModel(),
            isDead: { disk.isDead },
            maintain: { turn in if turn == mendingAfterTurns { disk.setPlan(nil) } }
        )
        let end = harness.run()
        if case .stuck(let why) = end { violations.append("I6 a run does not end: \(why)") }
        return end == .idle && harness.keeper.stoppedQueues.isEmpty
    }

    /// Begins the next life's disk.
    func restart(_ restart: Restart, plan: FaultPlan? = nil) {
        disk = disk.afterRestart(restart, plan: plan)
        if restart != .process { clock.reboot() }
        violations += checker.violationsAtAnyInstant()
    }

    /// Checks that all is as it must be when nothing is left.
    func checkAllAnswered() {
        violations += checker.violationsWhenIdle(expected: TwoQueueScenario.expected, published: ledger.published)
    }

    /// Checks that what a run said it had done is there after a restart; garbage may have come back with it.
    func checkDurable() {
        violations += checker.violationsWhenIdle(expected: TwoQueueScenario.expected)
            .filter { !$0.contains("still holds [\"gc.") }
            .map { "I8 after exit 0: " + $0 }
    }

    /// Adds to what went wrong.
    func note(_ violation: String) {
        violations.append(violation)
    }

    /// All that went wrong.
    var verdict: [String] { violations + ledger.violations }

    private var checker: InvariantChecker { InvariantChecker(disk: disk, queues: TwoQueueScenario.queues) }

    private static func collect(from disk: SimulatedDisk, _ ledger: OutboxLedger) {
        for queue in TwoQueueScenario.queues.map(QueueLayout.init(queue:)) {
            for entry in (try? disk.entries(of: queue.outbox, maximum: .max)) ?? [] {
                disk.collect(queue.published(entry.name.string))
                ledger.collected(JobName(queue: queue.queue, key: entry.name.string))
            }
        }
    }
}
