import BatchCore
import BatchTesting

/// What stays the same through all lives of a run.
struct RunHabits {
    /// Who takes published directories away.
    enum Collector: CaseIterable {
        case nobody, atOnce, atLeisure, byMoving
    }

    var configurations: [String]
    var ordering: NameOrdering
    var threads: Int
    var troubledLives: Int
    var collector: Collector
    var flakyFailures: Int
    /// Whether somebody sets the wall clock now and then.
    var hasWildClock: Bool
    /// Whether there is a place for the ballast, which costs a simulated disk 8 MiB.
    var hasBallast: Bool

    init(_ random: inout SplitMix64) {
        configurations = []
        for _ in 0..<[1, 1, 2, 2, 3][Int.random(in: 0..<5, using: &random)] {
            configurations.append(Self.configuration(&random))
        }
        ordering = Bool.random(using: &random) ? .arbitrary : .journaled
        threads = [1, 1, 2, 3][Int.random(in: 0..<4, using: &random)]
        troubledLives = [0, 1, 1, 1, 1, 1, 2, 2, 3, 5][Int.random(in: 0..<10, using: &random)]
        collector = Collector.allCases[Int.random(in: 0..<4, using: &random)]
        flakyFailures = Int.random(in: 0...5, using: &random)
        hasWildClock = Int.random(in: 0..<4, using: &random) == 0
        hasBallast = Int.random(in: 0..<256, using: &random) == 0
    }

    /// Draws a queue's configuration, one of few, so that it need not be parsed for every run.
    private static func configuration(_ random: inout SplitMix64) -> String {
        let shardRecords = [1, 2, 3, 4, 8, 8][Int.random(in: 0..<6, using: &random)]
        let settle = Int.random(in: 0..<4, using: &random) == 0 ? 2 : 0
        return """
            model: marked
            shard_records: \(shardRecords)
            settle_seconds: \(settle)
            output: { fields: [id, line, label, probability] }
            retry: { attempts: 4, base: 10ms, cap: 50ms, deadline: 1h, shard_timeout: 1s }
            """
    }
}
