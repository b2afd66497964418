import BatchCore
import Testing

/// A shard that fails as a whole while every part of it passes is given up, not tried for ever.
@Suite struct FruitlessBisectionTests {
    private static let now = RetryMoment(wallSeconds: 0, monotonicSeconds: 0, bootID: "boot")

    private func entry(_ range: Range<Int>, _ outcome: AttemptEntry.Outcome) -> AttemptEntry {
        AttemptEntry(
            shard: 0,
            range: range,
            outcome: outcome,
            cause: "test",
            wallSeconds: 0,
            delaySeconds: 0,
            bootID: "boot",
            dueMonotonicSeconds: 0
        )
    }

    @Test func aShardThatFailsOnlyAsAWholeIsHeld() {
        var trial = ShardTrial(recordCount: 8)
        var steps = 0
        while steps < 100 {
            steps += 1
            switch trial.nextStep(policy: RetryPolicy(), at: Self.now) {
            case .run: trial.record(entry(0..<8, .failed))
            case .probe(let range, _): trial.record(entry(range, .passed))
            case .hold:
                #expect(trial.attempts == 2 * ShardTrial.failuresBeforeBisecting)
                return
            }
        }
        Issue.record("not held after \(steps) steps")
    }

    @Test func newPoisonStartsTheCountAnew() {
        var trial = ShardTrial(recordCount: 4)
        for poison in [0, 1, 2] {
            var isFound = false
            while !isFound {
                switch trial.nextStep(policy: RetryPolicy(), at: Self.now) {
                case .run(let skipping):
                    isFound = skipping[poison] != nil
                    if !isFound { trial.record(entry(0..<4, .failed)) }
                case .probe(let range, _):
                    trial.record(entry(range, range.contains(poison) ? .failed : .passed))
                case .hold(let reason):
                    Issue.record("held: \(reason)")
                    return
                }
            }
        }
        #expect(Set(trial.poison.keys) == [0, 1, 2])
    }
}
