/// The loop of one compute thread: take a group, answer it, hand it back.
public struct ComputeWorker: Sendable {
    private let index: Int
    private let source: any JobSource
    private let board: any InFlightRecorder
    private let time: any TimeSource

    /// Creates the worker with this index, from 0.
    public init(index: Int, source: any JobSource, board: any InFlightRecorder, time: any TimeSource) {
        self.index = index
        self.source = source
        self.board = board
        self.time = time
    }

    /// Works until the source has no more; blocks the calling thread.
    public func run() {
        var computers = ComputerCache(time: time)
        while let group = source.nextGroup(worker: index) {
            let cost = work(on: group, with: &computers)
            source.finished(group, cost: cost)
        }
    }

    /// Answers one group; for callers that drive the source themselves.
    ///
    /// - Parameters:
    ///   - group: The group.
    ///   - computers: The thread's sessions.
    /// - Returns: What it cost.
    public func work(on group: ShardGroup, with computers: inout ComputerCache) -> GroupCost {
        var cost = GroupCost(budgetTokens: group.budgetTokens, tokens: 0, seconds: 0)
        let names = group.shards.map(\.inFlightName)
        let timeout = group.shards.map(\.timeoutSeconds).max() ?? 0
        defer { board.end(worker: index) }
        do {
            let computer = try computers.computer(for: group.model)
            // The first of them may read a large cache, and that time is no shard's.
            let scopes = group.shards.map(\.scope)
            try answerCanary(of: group, names: names, timeoutSeconds: timeout, computer)
            board.begin(worker: index, names: names, isCanary: false, timeoutSeconds: timeout)
            for (shard, outcome) in try outcomes(of: group, scopes, computer) {
                cost.tokens += outcome.tokens
                // The tokens are those of the answers computed, and so must the seconds be.
                let others = outcome.recallSeconds + outcome.explanationSeconds
                cost.seconds += outcome.seconds.encode + outcome.seconds.predict - others
                do {
                    try shard.finish(outcome)
                } catch {
                    shard.fail(error)
                }
            }
        } catch {
            for shard in group.shards { shard.fail(error) }
        }
        return cost
    }

    private func answerCanary(
        of group: ShardGroup,
        names: [String],
        timeoutSeconds: Double,
        _ computer: GroupComputer
    ) throws {
        guard group.shards.contains(where: \.needsCanary) else { return }
        board.begin(worker: index, names: names, isCanary: true, timeoutSeconds: timeoutSeconds)
        do {
            try computer.answerCanary()
        } catch {
            throw CanaryFailure(cause: error)
        }
    }

    private func outcomes(
        of group: ShardGroup,
        _ scopes: [AnswerScope?],
        _ computer: GroupComputer
    ) throws -> [(shard: any ShardRun, outcome: ShardOutcome)] {
        let inputs = try group.shards.map { try $0.read() }
        var outcomes = try computer.answer(
            inputs.map(\.block),
            onLong: group.shards.map(\.onLong),
            scopes: scopes,
            explainedStretches: group.shards.map(\.explainedStretches),
            budgetTokens: group.budgetTokens
        )
        for (index, input) in inputs.enumerated() {
            outcomes[index].seconds.add(input.seconds)
            outcomes[index].seconds.encode += outcomes[index].recallSeconds
        }
        return Array(zip(group.shards, outcomes)).map { (shard: $0, outcome: $1) }
    }
}

/// The known-good text failed, so the model is broken and no record is to blame.
public struct CanaryFailure: Error, CustomStringConvertible {
    /// What the model threw.
    public var cause: any Error

    /// "the model failed on a known-good text: …".
    public var description: String { "the model failed on a known-good text: \(cause)" }
}

/// Where a compute thread notes what it works on, for a supervisor that outlives a crash.
public protocol InFlightRecorder: Sendable {
    /// Notes the shards that a worker begins with.
    func begin(worker: Int, names: [String], isCanary: Bool, timeoutSeconds: Double)
    /// Notes that the worker has none.
    func end(worker: Int)
}

/// One thread's sessions, one a model.
public struct ComputerCache {
    /// Models whose sessions are kept; past it the cache starts anew.
    public static let modelsMaximum = 8
    private var computers: [SessionKey: GroupComputer] = [:]
    private let time: any TimeSource

    /// Creates an empty cache.
    public init(time: any TimeSource) {
        self.time = time
    }

    mutating func computer(for model: any BatchModel) throws -> GroupComputer {
        let key = SessionKey(of: model)
        if let known = computers[key] { return known }
        if computers.count >= Self.modelsMaximum { computers.removeAll() }
        let time = time
        let computer = try GroupComputer(model: model, now: { time.monotonicSeconds })
        computers[key] = computer
        return computer
    }
}
