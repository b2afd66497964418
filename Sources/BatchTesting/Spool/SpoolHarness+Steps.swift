public import BatchCore
public import Spool

extension SpoolHarness {
    /// Turns of a life whose turns are drawn, after which it counts as stuck.
    static let stepsMaximum = 4_000

    /// Recovers, then works until nothing is left; the keeper and the compute threads have their turns as drawn.
    ///
    /// - Parameters:
    ///   - casualties: What a dead engine had in flight.
    ///   - random: Draws whose turn it is.
    /// - Returns: How it ended.
    public func run(casualties: [Casualty] = [], choosing random: inout SplitMix64) -> End {
        keeper.recover(queues, casualties: casualties)
        return work(choosing: &random)
    }

    /// Works until nothing is left; the keeper and the compute threads have their turns as drawn.
    ///
    /// - Parameter random: Draws whose turn it is.
    /// - Returns: How it ended.
    public func work(choosing random: inout SplitMix64) -> End {
        for step in 0..<Self.stepsMaximum {
            maintain(step)
            if isDead() { return .dead }
            let turn = Int.random(in: -1..<workers.count, using: &random)
            if turn >= 0, workers[turn].step() { continue }
            if isDead() { return .dead }
            let result = keeper.turn()
            if isDead() { return .dead }
            if workers.contains(where: \.isBusy) { continue }
            if result.isIdle { return .idle }
            let hasTaken = workers[Int.random(in: workers.indices, using: &random)].step()
            if !hasTaken { clock.advance(bySeconds: max(result.waitSeconds ?? 1, 0.001)) }
        }
        return .stuck(whatIsLeft)
    }

    /// Whether a compute thread is in the middle of a step.
    public var isWorkerStepping: Bool { workers.contains(where: \.isStepping) }

    /// Lets a compute thread do something in the middle of what another thread does.
    ///
    /// - Parameter random: Draws which.
    public func stepAnyWorker(choosing random: inout SplitMix64) {
        _ = workers[Int.random(in: workers.indices, using: &random)].step()
    }

    /// The shards in flight, as a supervisor would charge them.
    ///
    /// - Parameter cause: What killed the engine.
    /// - Returns: One casualty for each.
    public func casualties(cause: String) -> [Casualty] {
        workers.flatMap { worker in
            worker.inFlight.map { Casualty(shard: $0, wasCanary: worker.isAtCanary, cause: cause) }
        }
    }
}
