import BatchCore
import BatchTesting
import Glibc
import Spool
import SystemPackage
import Testing

/// A two-job run is killed, or fails, at every call that changes the disk; whatever happens, the next run answers
/// every record once.
@Suite struct CrashEnumerationTests {
    enum Death: String, CaseIterable {
        case killBefore, killAfter, tornWrite

        var fault: FaultPlan.Fault {
            switch self {
            case .killBefore: .killBefore
            case .killAfter: .killAfter
            case .tornWrite: .tornWrite
            }
        }
    }

    enum Failure: String, CaseIterable {
        case ioErrorOnce, ioErrorForEver, noSpaceOnce, noSpaceForLong, readOnly, noDescriptorsOnce, noDescriptorsForLong

        var fault: FaultPlan.Fault {
            switch self {
            case .ioErrorOnce: .failOnce(.ioError)
            case .ioErrorForEver: .failFromThenOn(.ioError)
            case .noSpaceOnce: .failOnce(.noSpace)
            case .noSpaceForLong: .failFromThenOn(.noSpace)
            case .readOnly: .failFromThenOn(.readOnlyFileSystem)
            case .noDescriptorsOnce: .failOnce(.tooManyOpenFiles)
            case .noDescriptorsForLong: .failFromThenOn(.tooManyOpenFiles)
            }
        }

        /// Whether the daemon must get over it without a restart.
        var passes: Bool {
            switch self {
            case .ioErrorOnce, .ioErrorForEver, .readOnly: false
            default: true
            }
        }

        /// After how many turns an operator makes room.
        var mendingAfterTurns: Int? { self == .noSpaceForLong || self == .noDescriptorsForLong ? 5 : nil }
    }

    static let restarts: [Restart] = [.process, .powerLoss(seed: 1), .powerLoss(seed: 2), .powerLoss(seed: 3)]

    @Test func aRunWithoutFaultsAnswersEverything() throws {
        let story = SpoolStory(TwoQueueScenario(), collects: false)
        #expect(try story.live())
        story.checkAllAnswered()
        #expect(story.verdict == [])
        let before = story.disk.tree()
        story.restart(.process)
        #expect(try story.live())
        #expect(story.disk.tree().map(\.path) == before.map(\.path))
        #expect(story.disk.tree().map(\.content) == before.map(\.content))
    }

    @Test(arguments: Death.allCases)
    func killedAtAnyCallNothingIsLostOrDoubled(_ death: Death) throws {
        var tally = CaseTally(death.rawValue)
        for call in Self.calls where death != .tornWrite || Self.reference[call - 1].operation == .write {
            // Odd calls have an analyst who takes results away the moment they appear.
            let collects = call % 2 == 1
            for restart in Self.restarts(at: call) {
                let ordering: NameOrdering = restart == Self.restarts[2] ? .journaled : .arbitrary
                let scenario = TwoQueueScenario(ordering: ordering, plan: FaultPlan(call: call, death.fault))
                let story = SpoolStory(scenario, collects: collects)
                try story.live()
                let last = story.disk.calls.last
                story.restart(restart)
                try story.finish(after: restart)
                tally.note(story, "\(last?.description ?? "") then \(restart)")
            }
        }
        tally.report()
    }

    @Test(arguments: Failure.allCases)
    func failingAtAnyCallNothingIsLostOrDoubled(_ failure: Failure) throws {
        var tally = CaseTally(failure.rawValue)
        for call in Self.sample(Failure.allCases.firstIndex(of: failure) ?? 0) {
            for restart in Self.restarts(at: call) {
                let story = SpoolStory(TwoQueueScenario(plan: FaultPlan(call: call, failure.fault)), collects: false)
                let isDone = try story.live(mendingAfterTurns: failure.mendingAfterTurns)
                let place = story.disk.calls.first { $0.index == call }
                story.disk.setPlan(nil)
                if failure.passes && !isDone { tally.note("\(place?.description ?? ""): it does not get over it") }
                story.restart(restart)
                if isDone { story.checkDurable() }
                try story.finish(after: restart)
                tally.note(story, "\(place?.description ?? "") then \(restart)")
            }
        }
        tally.report()
    }

    @Test(arguments: [Restart.process, .powerLoss(seed: 4)])
    func killedAgainInRecoveryNothingIsLostOrDoubled(_ first: Restart) throws {
        var tally = CaseTally("killed twice, first \(first)")
        var random = SplitMix64(seed: 11)
        for call in Self.sample(first == .process ? 1 : 2) {
            let collects = call % 2 == 1
            for second in Self.restarts(at: call) {
                let scenario = TwoQueueScenario(plan: FaultPlan(call: call, .killAfter))
                let story = SpoolStory(scenario, collects: collects)
                try story.live()
                let last = story.disk.calls.last
                let again = Int.random(in: 1...40, using: &random)
                story.restart(first, plan: FaultPlan(call: again, .killAfter))
                try story.live(mayReappear: first != .process)
                story.restart(second)
                try story.finish(after: first == .process ? second : first)
                tally.note(story, "\(last?.description ?? ""), then \(again), then \(second)")
            }
        }
        tally.report()
    }

    /// Whether every call meets every restart. By default each call meets one, and failures a third of the calls,
    /// so that the suite is done within a minute.
    static let isExhaustive = getenv("BATCHD_CRASH_CASES").map { String(cString: $0) } == "all"

    /// The changing calls of a run without faults.
    static let reference: [DiskCall] = {
        let scenario = TwoQueueScenario()
        _ = try? SpoolStory(scenario, collects: false).live()
        return scenario.disk.calls
    }()

    static var calls: ClosedRange<Int> { 1...reference.count }

    static func sample(_ offset: Int) -> [Int] {
        isExhaustive ? Array(calls) : calls.filter { $0 % 3 == offset % 3 }
    }

    static func restarts(at call: Int) -> [Restart] {
        isExhaustive ? restarts : [restarts[call / 3 % restarts.count]]
    }
}

extension SpoolStory {
    /// Lives a last life without faults, then checks everything.
    func finish(after restart: Restart) throws {
        if try !live(mayReappear: restart != .process) { note("the run after the fault does not answer everything") }
        checkAllAnswered()
    }
}

/// Counts cases and keeps the first that went wrong.
struct CaseTally {
    private let name: String
    private var cases = 0
    private var wrong = 0
    private var examples: [String] = []

    init(_ name: String) {
        self.name = name
    }

    mutating func note(_ story: SpoolStory, _ words: String) {
        cases += 1
        if !story.verdict.isEmpty { note("\(words): \(story.verdict)") }
    }

    mutating func note(_ words: String) {
        wrong += 1
        if examples.count < 8 { examples.append(words) }
    }

    func report() {
        print("\(CrashEnumerationTests.reference.count) calls; \(name): \(cases) cases, \(wrong) wrong")
        #expect(wrong == 0, "\(name):\n\(examples.joined(separator: "\n"))")
    }
}
