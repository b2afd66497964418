import BatchCore
import BatchTesting
import Synchronization
import SystemPackage
import Testing

@testable import Spool

/// What commands leave in `control/` is done whole and once, or withdrawn; and none of it stops a queue.
@Suite struct ControlInboxTests {
    private static let name = JobName(queue: "q", key: "job")
    /// One record of twenty is marked, so that the job waits for its next attempt.
    private static let lines = (1...20).map { #"{"text": "text \#($0)\#($0 == 12 ? " [flaky]" : "")"}"# + "\n" }
        .joined()

    private func request(_ action: JobAction) -> ControlRequest {
        ControlRequest(action, job: Self.name, by: "somebody")
    }

    private func root() -> OneQueue {
        let root = OneQueue()
        root.drop(Self.lines, as: "job.jsonl")
        root.model.failFlakyTexts(times: 1)
        return root
    }

    private func answer(_ id: String) -> FilePath { SpoolLayout.control.appending("\(id).answer") }

    private func isHeld(_ root: OneQueue) throws -> Bool { try root.names(in: root.layout.hold).contains("job") }

    /// What a life did in which a command asks for a hold and takes that back before a call of the daemon's.
    private struct Life {
        var calls: Int
        var isWithdrawn: Bool?
        var wrong: [String]
    }

    private func life(withdrawingBefore call: Int) throws -> Life {
        let root = root()
        let inbox = ControlInbox(disk: root.disk)
        let state = Mutex((calls: 0, isAsked: false, isWithdrawn: Bool?.none))
        let disk = MeddledFileSystem(root.disk) { _, _ in
            let isNow = state.withLock { state in
                if state.isAsked { state.calls += 1 }
                return state.isAsked && state.calls == call
            }
            if isNow, let isWithdrawn = try? inbox.withdraw("hold") { state.withLock { $0.isWithdrawn = isWithdrawn } }
        }
        let harness = try root.harness(
            on: disk,
            maintain: { turn in
                guard turn == 2 else { return }
                try? inbox.leave(self.request(.hold), id: "hold")
                state.withLock { $0.isAsked = true }
            }
        )
        let end = harness.run()
        let (calls, isWithdrawn) = state.withLock { ($0.calls, $0.isWithdrawn) }
        var wrong: [String] = []
        let stopped = harness.keeper.stoppedQueues
        if end != .idle || stopped != [:] { wrong.append("\(end), \(stopped)") }
        if try isHeld(root) == (isWithdrawn == true) { wrong.append("withdrawn: \(String(describing: isWithdrawn))") }
        let fate = try inbox.fate(of: "hold")
        if fate != (isWithdrawn == true ? .unknown : .carriedOut) { wrong.append("\(fate)") }
        return Life(calls: calls, isWithdrawn: isWithdrawn, wrong: wrong.map { "before call \(call): \($0)" })
    }

    @Test func aRequestThatIsWithdrawnAtAnyCallIsDoneWholeOrNotAtAll() throws {
        let calm = try life(withdrawingBefore: .max)
        #expect(calm.wrong == [] && calm.isWithdrawn == nil)
        let lives = try (1...calm.calls).map { try life(withdrawingBefore: $0) }
        #expect(lives.flatMap(\.wrong) == [])
        // The command is too late from the call on with which the daemon takes the request, and never again in time.
        let answers = lives.compactMap(\.isWithdrawn)
        #expect(answers.first == true && answers.last == false)
        #expect(answers == answers.sorted { $0 && !$1 })
    }

    @Test(arguments: [Errno.ioError, .permissionDenied, .readOnlyFileSystem, .noSpace], DiskOperation.allCases)
    func noErrorOfTheInboxStopsAQueue(errno: Errno, operation: DiskOperation) throws {
        let root = root()
        let inbox = ControlInbox(disk: root.disk)
        let fault = FaultPlan(call: 1, .failFromThenOn(errno), operations: [operation], below: SpoolLayout.control)
        let harness = try root.harness(
            maintain: { turn in
                guard turn == 2 else { return }
                try? inbox.leave(self.request(.prioritize), id: "rank")
                root.disk.setPlan(fault)
            }
        )
        #expect(harness.run() == .idle)
        #expect(harness.keeper.stoppedQueues == [:])
        #expect(try root.job("job").lines().results == Array(1...20))
        root.disk.setPlan(nil)
        #expect(harness.work() == .idle)
        let fate = try inbox.fate(of: "rank")
        guard operation == .rename else {
            #expect(fate == .carriedOut)
            return
        }
        // It could not be taken before the job had ended.
        guard case .refused = fate else {
            Issue.record("\(fate)")
            return
        }
    }

    @Test func whatIsAskedOfAJobIsDoneInItsOrderAlsoWhereTheFirstCannotBeConcluded() throws {
        let root = root()
        let inbox = ControlInbox(disk: root.disk)
        let fault = FaultPlan(
            call: 1,
            .failFromThenOn(.ioError),
            operations: [.removeFile],
            below: SpoolLayout.control
        )
        let harness = try root.harness(
            maintain: { turn in
                guard turn == 2 else { return }
                try? inbox.leave(self.request(.hold), id: "1")
                root.disk.setPlan(fault)
            }
        )
        #expect(harness.run() == .idle)
        try inbox.leave(request(.release), id: "2")
        #expect(harness.work() == .idle)
        #expect(try isHeld(root))
        #expect(try inbox.fate(of: "1") == .taken && inbox.fate(of: "2") == .taken)
        root.disk.setPlan(nil)
        #expect(harness.work() == .idle)
        #expect(try inbox.fate(of: "1") == .carriedOut && inbox.fate(of: "2") == .carriedOut)
        #expect(try root.job("job").lines().results == Array(1...20))
    }

    /// A daemon that has taken a hold, and is killed while a shard is being computed.
    private func killWhileItHolds(_ root: OneQueue) throws {
        root.model.failFlakyTexts(times: 0)
        let inbox = ControlInbox(disk: root.disk)
        let harness = try root.harness()
        harness.keeper.recover(try root.loaded())
        while harness.exchange.progress().jobs.isEmpty { _ = harness.keeper.turn() }
        let group = try #require(harness.exchange.takeGroupIfDue())
        #expect(!group.shards.isEmpty)
        try inbox.leave(request(.hold), id: "hold")
        #expect(try inbox.fate(of: "hold") == .waiting)
        _ = harness.keeper.turn()
        #expect(try inbox.fate(of: "hold") == .taken)
        #expect(try !inbox.withdraw("hold"))
        #expect(try !isHeld(root))
    }

    @Test func whatADaemonHadTakenWhenItEndedIsDoneByTheNext() throws {
        let root = root()
        try killWhileItHolds(root)
        #expect(try root.harness().run() == .idle)
        #expect(try isHeld(root))
        #expect(try ControlInbox(disk: root.disk).fate(of: "hold") == .carriedOut)
    }

    @Test func whatADaemonHadTakenWhenItEndedDoesNotUndoWhatACommandDoesAfterIt() throws {
        let root = root()
        try killWhileItHolds(root)
        try JobControl(disk: root.disk, queue: "q").perform(request(.release))
        #expect(try root.names(in: SpoolLayout.control) == ["hold.answer"])
        #expect(try root.harness().run() == .idle)
        #expect(try !isHeld(root))
        #expect(try root.job("job").lines().results == Array(1...20))
    }

    @Test func answersThatNobodyFetchesKeepNobodyFromAskingAndAreForgotten() throws {
        let root = root()
        let harness = try root.harness(
            maintain: { turn in
                // What lies there at the start is swept; these come later.
                guard turn == 2 else { return }
                for number in 0..<2_000 { root.disk.drop(Array("{}".utf8), at: answer("\(number)")) }
                root.clock.advance(bySeconds: 1)
                root.disk.drop(Array("{}".utf8), at: answer("0"))
                try? ControlInbox(disk: root.disk).leave(self.request(.hold), id: "9999")
            }
        )
        #expect(harness.run() == .idle)
        #expect(try isHeld(root))
        #expect(try ControlInbox(disk: root.disk).fate(of: "9999") == .carriedOut)
        let left = try root.names(in: SpoolLayout.control)
        #expect(left.count <= ControlInbox.answersMaximum)
        #expect(left.contains("0.answer"), "the newest stay")
    }
}
