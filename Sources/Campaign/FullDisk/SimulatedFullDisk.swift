import BatchCore
import BatchTesting
import Spool
import SystemPackage

/// The same without mounts: a simulated disk with little room, on which room is made once nothing happens any more.
struct SimulatedFullDisk {
    private enum Limits {
        /// Turns of the keeper that a full disk is given before room is made.
        static let turnsWithoutRoom = 5
        /// The room that is made then.
        static let roomyBytes = 1 << 20
        static let roomyInodes = 1 << 10
        /// Steps of free space from the start, and turns after which there are no inodes any more.
        static let byteSteps = 8
        static let stepBytes = 1536
        static let inodeTurns = 8
    }

    private static let queues = ["a", "b"]

    /// How many lines each file has, by queue.
    private let lines: [String: Int]

    init(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        lines = Dictionary(uniqueKeysWithValues: Self.queues.map { ($0, Int.random(in: 4...8, using: &random)) })
    }

    /// Tries every step.
    ///
    /// - Returns: What came of it.
    /// - Throws: `ConfigurationError`.
    func run() throws -> SeedOutcome {
        var outcome = SeedOutcome()
        let steps =
            (0..<Limits.byteSteps).map { (turn: 0, bytes: $0 * Limits.stepBytes, inodes: Limits.roomyInodes) }
            + (1...Limits.inodeTurns).map { (turn: $0, bytes: Limits.roomyBytes, inodes: 0) }
        for step in steps {
            let result = try violations(fromTurn: step.turn, freeBytes: step.bytes, freeInodes: step.inodes)
            let words = "simulated, \(step.bytes) bytes and \(step.inodes) inodes free from turn \(step.turn) on"
            outcome.note(result.violations, words)
            if result.hasPaused { outcome.figures["paused", default: 0] += 1 }
        }
        return outcome
    }

    private func violations(
        fromTurn scarceTurn: Int,
        freeBytes: Int,
        freeInodes: Int
    ) throws -> (violations: [String], hasPaused: Bool) {
        let clock = ManualClock()
        let disk = SimulatedDisk(clock: clock)
        for queue in Self.queues { populate(QueueLayout(queue: queue), on: disk) }
        Self.leave(bytes: Limits.roomyBytes, inodes: Limits.roomyInodes, on: disk)
        let yaml = "model: marked\nshard_records: 4\nsettle_seconds: 0\n"
        var isPaused: () -> Bool = { false }
        var hasPaused = false
        let harness = try SpoolHarness(
            disk: disk,
            clock: clock,
            queues: Dictionary(uniqueKeysWithValues: Self.queues.map { ($0, yaml) }),
            model: MarkedTextModel(),
            maintain: { turn in
                if isPaused() { hasPaused = true }
                if turn == scarceTurn { Self.leave(bytes: freeBytes, inodes: freeInodes, on: disk) }
                guard turn == scarceTurn + Limits.turnsWithoutRoom else { return }
                Self.leave(bytes: Limits.roomyBytes, inodes: Limits.roomyInodes, on: disk)
            }
        )
        isPaused = { harness.keeper.pauseReason != nil }
        let end = harness.run()
        isPaused = { false }
        let expected = lines.map { InvariantChecker.Expectation(queue: $0.key, stem: "day", lines: 1...$0.value) }
        var found = InvariantChecker(disk: disk, queues: Self.queues).violationsWhenIdle(expected: expected)
        if end != .idle { found.append("it ends as \(end)") }
        let charged = harness.observer.published.filter { $0.attempts != 0 }
        found += charged.map { "\($0.job.queue)/\($0.job.key) was charged \($0.attempts) attempts" }
        return (found, hasPaused)
    }

    private func populate(_ layout: QueueLayout, on disk: SimulatedDisk) {
        for directory in layout.directories { disk.dropDirectory(directory) }
        let text = (1...(lines[layout.queue] ?? 1)).map { "{\"text\": \"text \($0)\"}\n" }.joined()
        disk.drop(Array(text.utf8), at: layout.incoming.appending("day.jsonl"))
    }

    /// Leaves so much free, and no more.
    private static func leave(bytes: Int, inodes: Int, on disk: SimulatedDisk) {
        let tree = disk.tree()
        let used = tree.reduce(0) { $0 + ($1.content?.count ?? 0) }
        disk.setCapacity(DiskCapacity(bytes: used + bytes, inodes: tree.count + inodes))
    }
}
