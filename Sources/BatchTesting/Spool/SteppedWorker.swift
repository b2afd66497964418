public import BatchCore
public import Spool
import Synchronization

/// A compute thread that does one thing whenever it is told to, so that a test chooses what happens in between: it
/// takes a group, computes it, then hands in one shard after the other.
public final class SteppedWorker {
    private let exchange: WorkExchange
    private let worker: ComputeWorker
    private var computers: ComputerCache
    private var group: ShardGroup?
    private var cost: GroupCost?
    private var waiting: ArraySlice<WaitingShard> = []

    /// Creates a thread that has nothing.
    ///
    /// - Parameters:
    ///   - index: Its number, from 0.
    ///   - exchange: Where its work comes from.
    ///   - time: The clocks.
    public init(index: Int, exchange: WorkExchange, time: any TimeSource) {
        self.exchange = exchange
        worker = ComputeWorker(index: index, source: exchange, board: NoBoard(), time: time)
        computers = ComputerCache(time: time)
    }

    /// Whether it is in the middle of a step.
    private(set) var isStepping = false

    /// Whether it has a group that it has not handed in.
    public var isBusy: Bool { group != nil }

    /// What a supervisor would find of it, were the process to die now.
    public var inFlight: [InFlightShard] {
        group?.shards.compactMap { InFlightShard(line: $0.inFlightName) } ?? []
    }

    /// Whether a supervisor would find that it was answering the canary.
    public var isAtCanary: Bool { cost == nil && (group?.shards.contains(where: \.needsCanary) ?? false) }

    /// Does the next thing.
    ///
    /// - Returns: False where nothing is due.
    public func step() -> Bool {
        isStepping = true
        defer { isStepping = false }
        guard let group else {
            group = exchange.takeGroupIfDue()
            return group != nil
        }
        if let shard = waiting.popFirst() {
            shard.handIn()
        } else {
            let shards = group.shards.map(WaitingShard.init)
            let held = ShardGroup(model: group.model, shards: shards, budgetTokens: group.budgetTokens)
            cost = worker.work(on: held, with: &computers)
            waiting = shards[...]
        }
        if waiting.isEmpty, let cost {
            exchange.finished(group, cost: cost)
            self.group = nil
            self.cost = nil
        }
        return true
    }
}

/// A shard whose end waits to be handed in.
private final class WaitingShard: ShardRun {
    private enum End {
        case finished(ShardOutcome)
        case failed(any Error)
    }

    private let base: any ShardRun
    private let end = Mutex<End?>(nil)

    init(_ base: any ShardRun) {
        self.base = base
    }

    var inFlightName: String { base.inFlightName }
    var needsCanary: Bool { base.needsCanary }
    var timeoutSeconds: Double { base.timeoutSeconds }
    var onLong: LongTextPolicy { base.onLong }
    var scope: AnswerScope? { base.scope }
    var explainedStretches: Int { base.explainedStretches }

    func read() throws -> (block: RecordBlock, seconds: StageSeconds) {
        try base.read()
    }

    func finish(_ outcome: ShardOutcome) {
        end.withLock { $0 = .finished(outcome) }
    }

    func fail(_ error: any Error) {
        end.withLock { $0 = .failed(error) }
    }

    func handIn() {
        switch end.withLock({ $0 }) {
        case .finished(let outcome):
            do {
                try base.finish(outcome)
            } catch {
                base.fail(error)
            }
        case .failed(let error): base.fail(error)
        case nil: preconditionFailure("a worker finishes or fails every shard of its group")
        }
    }
}
