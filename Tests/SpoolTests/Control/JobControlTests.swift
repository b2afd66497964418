import BatchCore
import BatchTesting
import Spool
import SystemPackage
import Testing

/// Jobs are held, released, cancelled and put first, with a daemon and without one.
@Suite struct JobControlTests {
    private static let name = JobName(queue: "q", key: "job")
    /// One record of twenty is marked, so that a job has shards that pass and one that waits for its next attempt.
    private static let lines = (1...20).map { #"{"text": "text \#($0)\#($0 == 12 ? " [flaky]" : "")"}"# + "\n" }
        .joined()

    private func request(_ action: JobAction, rank: JobRank? = nil) -> ControlRequest {
        ControlRequest(action, job: Self.name, rank: rank, by: "somebody")
    }

    /// A daemon that is asked for something in the turn after its first shard failed, while the others are done.
    private func harness(_ root: OneQueue, asking requests: ControlRequest...) throws -> SpoolHarness {
        root.drop(Self.lines, as: "job.jsonl")
        root.model.failFlakyTexts(times: 1)
        let inbox = ControlInbox(disk: root.disk)
        return try root.harness(
            maintain: { turn in
                for (index, request) in requests.enumerated() where turn == 2 + index {
                    try? inbox.leave(request, id: "\(index)")
                }
            }
        )
    }

    @Test func heldJobKeepsWhatIsDoneAndPublishesNothing() throws {
        let root = OneQueue()
        let harness = try harness(root, asking: request(.hold))
        #expect(harness.run() == .idle)
        #expect(try root.names(in: root.layout.outbox) == [])
        #expect(try root.names(in: root.layout.hold) == ["job", "job.input.jsonl"])
        #expect(try root.names(in: root.layout.hold.appending("job")).contains("shard.00000"))
        #expect(try ControlInbox(disk: root.disk).fate(of: "0") == .carriedOut)
        #expect(harness.keeper.tally.held == 1)
        #expect(harness.observer.codes == [], "what somebody asked for is no trouble")
        let status = try StatusReader(disk: root.disk, isRunning: false, rowsMaximum: 9, finishedMaximum: nil)
        let row = try #require(try status.report(of: ["q"]).jobs.first { $0.state == .held })
        #expect(row.total == 20 && (1..<20).contains(row.done ?? 0), "\(row)")
    }

    @Test func releasedJobGoesOnFromWhereItStopped() throws {
        let root = OneQueue()
        let harness = try harness(root, asking: request(.hold))
        #expect(harness.run() == .idle)
        let shard = root.layout.hold.appending("job/shard.00000")
        let before = try root.disk.readFile(shard, bytesMaximum: 1 << 20)
        try ControlInbox(disk: root.disk).leave(request(.release), id: "r")
        root.model.failFlakyTexts(times: 0)
        #expect(harness.work() == .idle)
        let job = try root.job("job")
        #expect(job.violations == [])
        #expect(try job.lines().results == Array(1...20))
        let results = try #require(job.files[PublishedName.results])
        #expect(Array(before.prefix(16)) == Array(results.prefix(16)))
        #expect(try root.names(in: root.layout.hold) == [])
        #expect(try root.names(in: root.layout.archive) == ["job.jsonl"])
    }

    @Test func cancelledJobFailsInWordsAndItsInputCanBeRetried() throws {
        let root = OneQueue()
        let harness = try harness(root, asking: request(.cancel))
        #expect(harness.run() == .idle)
        let job = try root.job("job")
        #expect(job.violations == [])
        let reason = String(decoding: job.files[PublishedName.failed] ?? [], as: UTF8.self)
        #expect(reason.contains("Cancelled by somebody") && reason.contains("batchd retry q/job"))
        #expect(try root.names(in: root.layout.quarantine) == ["job.jsonl"])
        // What has no answers yet is answered when it is dropped again.
        root.model.failFlakyTexts(times: 0)
        root.drop(Self.lines, as: "job.jsonl")
        #expect(harness.work() == .idle)
        #expect(try root.job("job.r2").lines().results == Array(1...20))
    }

    @Test func heldJobCanBeCancelled() throws {
        let root = OneQueue()
        let harness = try harness(root, asking: request(.hold))
        #expect(harness.run() == .idle)
        try ControlInbox(disk: root.disk).leave(request(.cancel), id: "c")
        #expect(harness.work() == .idle)
        #expect(try root.job("job").files[PublishedName.failed] != nil)
        #expect(try root.names(in: root.layout.hold) == [])
        #expect(try root.names(in: root.layout.quarantine) == ["job.jsonl"])
    }

    @Test func whatCannotBeDoneIsRefusedInWords() throws {
        let root = OneQueue()
        let harness = try harness(root)
        root.model.failFlakyTexts(times: 0)
        #expect(harness.run() == .idle)
        let inbox = ControlInbox(disk: root.disk)
        var stranger = request(.hold)
        stranger.key = "nobody"
        var elsewhere = request(.hold)
        elsewhere.queue = "nowhere"
        let cases: [(String, ControlRequest, String)] = [
            ("ended", request(.cancel), "has ended"), ("nobody", stranger, "there is no job"),
            ("nowhere", elsewhere, "no queue 'nowhere'"),
        ]
        for (id, request, _) in cases { try inbox.leave(request, id: id) }
        root.disk.drop(Array("{".utf8), at: SpoolLayout.control.appending("broken.json"))
        #expect(harness.work() == .idle)
        for (id, _, words) in cases {
            guard case .refused(let refusal) = try inbox.fate(of: id) else {
                Issue.record("\(id) was not refused")
                continue
            }
            #expect(refusal.message.contains(words))
        }
        #expect(try root.names(in: SpoolLayout.control) == ["broken.answer"])
    }

    @Test func releaseWaitsForAnotherFileOfThatName() throws {
        let root = OneQueue()
        let harness = try harness(root, asking: request(.hold))
        #expect(harness.run() == .idle)
        root.model.failFlakyTexts(times: 1)
        root.drop(Self.lines.replacing("text 1", with: "word 1"), as: "job.jsonl")
        try ControlInbox(disk: root.disk).leave(request(.release), id: "early")
        let second = try root.harness(
            maintain: { turn in
                if turn == 3 { try? ControlInbox(disk: root.disk).leave(self.request(.release), id: "early") }
            }
        )
        #expect(second.run() == .idle)
        // Whichever came first, both are answered, once each.
        let keys = try root.names(in: root.layout.outbox)
        #expect(keys.count + (try root.names(in: root.layout.hold).count { !$0.contains("input") }) == 2)
    }

    @Test func jobsOfAHigherRankAreComputedFirst() throws {
        let root = OneQueue()
        for name in ["a", "b", "c"] { root.drop(Self.lines, as: "\(name).jsonl") }
        root.model.failFlakyTexts(times: 0)
        let inbox = ControlInbox(disk: root.disk)
        var request = request(.prioritize, rank: .first)
        request.key = "c"
        // Left for a daemon that had accepted the jobs and was killed: it is obeyed before anything is computed.
        let first = try root.harness()
        first.keeper.recover(try root.loaded())
        while first.exchange.progress().jobs.count < 3 { _ = first.keeper.turn() }
        try inbox.leave(request, id: "p")
        let second = try root.harness()
        second.keeper.recover(try root.loaded())
        _ = second.keeper.turn()
        let group = try #require(second.exchange.takeGroupIfDue())
        #expect(group.shards.first.flatMap { InFlightShard(line: $0.inFlightName) }?.key == "c")
    }

    @Test(arguments: [JobAction.hold, .release, .cancel])
    func withoutADaemonTheCommandDoesItItself(_ action: JobAction) throws {
        let root = OneQueue()
        root.drop(Self.lines, as: "job.jsonl")
        root.model.failFlakyTexts(times: 0)
        let accepting = try root.harness()
        accepting.keeper.recover(try root.loaded())
        while accepting.exchange.progress().jobs.isEmpty { _ = accepting.keeper.turn() }
        let control = JobControl(disk: root.disk, queue: "q")
        if action == .release { try control.perform(request(.hold)) }
        try control.perform(request(action))
        try control.perform(request(action))
        #expect(try root.harness().run() == .idle)
        let isHeld = try root.names(in: root.layout.hold).contains("job")
        #expect(isHeld == (action == .hold))
        if !isHeld {
            let job = try root.job("job")
            #expect(job.violations == [])
            #expect((job.files[PublishedName.failed] != nil) == (action == .cancel))
        }
    }
}
