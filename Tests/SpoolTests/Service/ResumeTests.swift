import BatchCore
import BatchTesting
import Logging
import Synchronization
import SystemPackage
import Testing

@testable import Spool

/// What a start, and a reload, make of what they find.
@Suite struct ResumeTests {
    private static let text = """
        model: marked
        shard_records: 2
        settle_seconds: 0
        retry: { attempts: 4, base: 10ms, cap: 50ms, deadline: 1h, shard_timeout: 1s }
        """
    private static let layout = QueueLayout(queue: "q")

    private static func configurations() throws -> [String: LoadedQueueConfiguration] {
        let values = try QueueConfiguration.parse(yaml: text, file: "queue.yaml")
        return ["q": LoadedQueueConfiguration(values: values, text: text)]
    }

    private static func disk(_ clock: ManualClock, jobs: [String]) -> SimulatedDisk {
        let disk = SimulatedDisk(clock: clock)
        for directory in layout.directories { disk.dropDirectory(directory) }
        for job in jobs { disk.drop(Array("{\"text\": \"a\"}\n".utf8), at: layout.incoming.appending(job + ".jsonl")) }
        return disk
    }

    /// A keeper without compute threads: its jobs stay in `jobs/`.
    private static func keeper(
        _ disk: SimulatedDisk,
        _ clock: ManualClock,
        loadModel: @escaping @Sendable (String, PrecisionChoice) throws -> any BatchModel
    ) -> SpoolKeeper {
        SpoolKeeper(
            exchange: WorkExchange(disk: disk, time: clock, threads: 1, cacheBytes: 4096, seed: 1, wake: {}),
            provenance: Provenance(isa: "none", build: "test", peakRSSBytes: { 1 }, program: { nil }),
            minimumFreeBytes: 4096,
            loadModel: loadModel,
            observer: NobodyWhoListens(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    private static func accept(_ jobs: [String], on disk: SimulatedDisk, _ clock: ManualClock) throws {
        let model = MarkedTextModel()
        let keeper = keeper(disk, clock) { _, _ in model }
        keeper.recover(try configurations())
        for _ in 0..<20 { _ = keeper.turn() }
        #expect(try disk.entries(of: layout.jobs, maximum: .max).count == jobs.count)
    }

    @Test func aJobWhoseModelChangedIsHeldAndTheQueueGoesOn() throws {
        let clock = ManualClock()
        let disk = Self.disk(clock, jobs: ["a"])
        try Self.accept(["a"], on: disk, clock)
        let changed = RenamedModel(weightsSHA256: String(repeating: "1", count: 64))
        let keeper = Self.keeper(disk, clock) { reference, _ in
            if reference == "marked" { return changed }
            throw JobFailure(code: "not_found", message: "There is no model '\(reference)'.")
        }
        keeper.recover(try Self.configurations())
        #expect(keeper.stoppedQueues == [:])
        #expect(keeper.tally.held == 1)
        let standing = try #require(try QueueInspector(disk: disk, queue: "q").standing(of: "a"))
        guard case .held(_, let reason) = standing else {
            Issue.record("\(standing)")
            return
        }
        #expect(reason.hasPrefix("job 'a' was accepted for marked@1 with weights 000000000000"))
        disk.drop(Array("{\"text\": \"b\"}\n".utf8), at: Self.layout.incoming.appending("b.jsonl"))
        for _ in 0..<20 { _ = keeper.turn() }
        #expect(try disk.status(of: Self.layout.job("b").record) != nil)
    }

    @Test func aJobWhoseModelIsGoneIsHeld() throws {
        let clock = ManualClock()
        let disk = Self.disk(clock, jobs: ["a", "b"])
        try Self.accept(["a", "b"], on: disk, clock)
        let keeper = Self.keeper(disk, clock) { _, _ in
            throw JobFailure(code: "not_found", message: "There is no such model.")
        }
        keeper.recover(try Self.configurations())
        #expect(keeper.stoppedQueues == [:])
        #expect(keeper.tally.held == 2)
    }

    @Test func aJobKeepsThePrecisionItWasAcceptedWith() throws {
        let clock = ManualClock()
        let disk = Self.disk(clock, jobs: ["a"])
        let models = [PrecisionChoice.auto: "bfloat16", .bfloat16: "bfloat16", .int8: "int8"]
            .mapValues { MarkedTextModel(precision: $0) }
        let before = Self.keeper(disk, clock) { _, precision in try #require(models[precision]) }
        before.recover(try Self.configurations())
        for _ in 0..<20 { _ = before.turn() }
        // By the next start, auto has come to mean another format.
        let after = Self.keeper(disk, clock) { _, precision in
            try #require(models[precision == .auto ? .int8 : precision])
        }
        after.recover(try Self.configurations())
        #expect(after.tally.held == 0)
        #expect(after.exchange.takeGroupIfDue()?.model.identity.precision == "bfloat16")
    }

    @Test func aJobWhosePrecisionIsGoneIsHeld() throws {
        let clock = ManualClock()
        let disk = Self.disk(clock, jobs: ["a"])
        try Self.accept(["a"], on: disk, clock)
        let keeper = Self.keeper(disk, clock) { _, _ in MarkedTextModel(precision: "int8") }
        keeper.recover(try Self.configurations())
        #expect(keeper.tally.held == 1)
        guard case .held(_, let reason) = try QueueInspector(disk: disk, queue: "q").standing(of: "a") else {
            Issue.record("not held")
            return
        }
        #expect(reason.contains("in exact; 'marked' is marked@1") && reason.contains("in int8 now"), "\(reason)")
    }

    @Test func casualtiesAreChargedBeforeAnyJobIsTakenToWork() throws {
        let clock = ManualClock()
        let disk = Self.disk(clock, jobs: ["a"])
        try Self.accept(["a"], on: disk, clock)
        let loads = Mutex(0)
        let model = MarkedTextModel()
        let keeper = Self.keeper(disk, clock) { _, _ in
            loads.withLock { $0 += 1 }
            return model
        }
        let casualty = Casualty(
            shard: InFlightShard(queue: "q", key: "a", shard: 0, range: 0..<1),
            wasCanary: false,
            cause: "signal 4"
        )
        var charges: [Int] = []
        keeper.recover(try Self.configurations(), casualties: [casualty]) {
            #expect(loads.withLock(\.self) == 0)
            charges = (try? AttemptLog(path: Self.layout.job("a").attempts, on: disk).entries.map(\.shard)) ?? []
        }
        #expect(charges == [0])
        #expect(loads.withLock(\.self) > 0)
        #expect(try AttemptLog(path: Self.layout.job("a").attempts, on: disk).entries.count == 1)
    }

    @Test func aQueueThatComesBackIsOpenAgain() throws {
        let clock = ManualClock()
        let disk = Self.disk(clock, jobs: [])
        let model = MarkedTextModel()
        let keeper = Self.keeper(disk, clock) { _, _ in model }
        keeper.recover(try Self.configurations())
        keeper.reload([:])
        disk.drop(Array("{\"text\": \"a\"}\n".utf8), at: Self.layout.incoming.appending("a.jsonl"))
        for _ in 0..<20 { _ = keeper.turn() }
        #expect(try disk.status(of: Self.layout.incoming.appending("a.jsonl")) != nil)
        keeper.reload(try Self.configurations())
        for _ in 0..<20 { _ = keeper.turn() }
        #expect(try disk.status(of: Self.layout.job("a").record) != nil)
    }

    @Test func aKeeperWithoutAQueueThatWorksIsStopped() throws {
        let clock = ManualClock()
        let disk = Self.disk(clock, jobs: ["a"])
        let model = MarkedTextModel()
        let keeper = Self.keeper(disk, clock) { _, _ in model }
        disk.setPlan(FaultPlan(call: 0, .failFromThenOn(.ioError)))
        keeper.recover(try Self.configurations())
        #expect(keeper.stoppedQueues.count == 1)
        #expect(keeper.isStopped)
    }
}

private final class NobodyWhoListens: SpoolObserver {
    func published(_ metrics: JobMetrics) {}
    func setAside(queue: String, code: String) {}
}

/// Another model under the name of the marked one.
private struct RenamedModel: BatchModel {
    let identity: ModelIdentity
    let labels = ["odd", "even", "other"]

    init(weightsSHA256: String) {
        identity = ModelIdentity(name: "marked", version: 1, weightsSHA256: weightsSHA256, precision: "exact")
    }

    func makeSession() -> any ModelSession { MarkedTextModel().makeSession() }
}
