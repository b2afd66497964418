import BatchCore
import BatchTesting
import Logging
import SystemPackage
import Testing

@testable import Spool

/// Alarms on their way: once where all goes well, at least once where it does not.
@Suite struct AlertDispatcherTests {
    private static let configuration = """
        model: marked
        settle_seconds: 0
        monitors: [{ name: bad-lines, kind: error_rate, above: 0.01, minimum_records: 10, silence: 0s }]
        """

    private let root = OneQueue()

    init() {
        root.disk.dropDirectory(SpoolLayout.state)
    }

    /// Publishes a job of twenty records, of which half have no text on a bad night.
    private func live(_ key: String, isBad: Bool) throws {
        root.clock.advance(bySeconds: 3600)
        let good = (0..<10).map { "{\"text\":\"\(key) \($0)\"}\n" }.joined()
        let others = (0..<10).map { "{\"\(isBad ? "title" : "text")\":\"\(key) other \($0)\"}\n" }.joined()
        root.drop(good + others, as: "\(key).jsonl")
        #expect(try root.harness(Self.configuration).run() == .idle)
    }

    /// Lets a dispatcher work until a destination has been sent so many messages and all is quiet.
    private func dispatch(to destination: ScriptedDestination, messages: Int) throws {
        let post = post(to: destination)
        try post.dispatcher.start()
        destination.wait(for: messages)
        post.waitUntilAllArrived()
        #expect(post.dispatcher.stop(withinSeconds: 10))
    }

    private func post(to destination: ScriptedDestination) -> Post {
        Post { wake in
            AlertDispatcher(
                to: [destination],
                on: root.disk,
                sender: AlertSender(instance: "night", root: "/srv/batchd"),
                time: MixedClock(wall: root.clock),
                policy: RetryPolicy(attemptsMaximum: .max, baseSeconds: 0.001, capSeconds: 0.002),
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
                wake: wake
            )
        }
    }

    @Test func anAlarmIsSentOnceAndItsEndOnce() throws {
        for (index, isBad) in [false, true, true, false].enumerated() { try live("night\(index)", isBad: isBad) }
        let destination = ScriptedDestination()
        try dispatch(to: destination, messages: 2)
        let sent = destination.sent
        try #require(sent.map(\.count) == [1, 1])
        let (raised, cleared) = (sent[0][0], sent[1][0])
        #expect(raised.labels == cleared.labels)
        #expect(raised.startsAt == cleared.startsAt)
        #expect(raised.labels["alertname"] == "BatchdErrorRate")
        #expect(raised.labels["monitor"] == "bad-lines")
        #expect(raised.annotations["summary"] == "50.0 % of 20 records failed; the limit is 1.0 %")
        #expect(raised.annotations["job"] == "q/night1")
        #expect(raised.generatorURL == "file:///srv/batchd/outbox/q/night1/report.html")
        let now = JobMetrics.timestamp(root.clock.wallSeconds)
        #expect(raised.endsAt > now)
        #expect(cleared.endsAt <= now)
        #expect(cleared.startsAt <= cleared.endsAt)
    }

    @Test func aReceiverThatFailsIsTriedUntilItTakesThem() throws {
        try live("night", isBad: true)
        let destination = ScriptedDestination([.failed("503"), .failed("503"), .failed("503"), .failed("503")])
        let post = post(to: destination)
        try post.dispatcher.start()
        destination.wait(for: 5)
        post.waitUntilAllArrived()
        var figures = AlertFigures()
        figures.delivered = 1
        figures.failures = 4
        #expect(post.dispatcher.figures["scripted"] == figures)
        #expect(post.dispatcher.stop(withinSeconds: 10))
        #expect(Set(destination.sent.map { $0.map(\.labels) }).count == 1)
    }

    @Test func whatArrivedIsNotSentAgainAfterARestart() throws {
        try live("night1", isBad: true)
        try dispatch(to: ScriptedDestination(), messages: 1)
        try live("night2", isBad: false)
        let second = ScriptedDestination()
        try dispatch(to: second, messages: 1)
        #expect(second.sent.joined().map { $0.annotations["job"] } == ["q/night2"])
    }

    @Test func whatHasNotArrivedIsSentAfterARestart() throws {
        try live("night", isBad: true)
        let hanging = ScriptedDestination(hangs: true)
        let post = post(to: hanging)
        try post.dispatcher.start()
        hanging.wait(for: 1)
        #expect(!post.dispatcher.isQuiet)
        #expect(post.dispatcher.stop(withinSeconds: 10))
        let second = ScriptedDestination()
        try dispatch(to: second, messages: 1)
        #expect(second.sent.count == 1)
    }

    @Test func whatArrivedAndWasNotNotedComesAgain() throws {
        try live("night", isBad: true)
        // A destination that has its ledger writes it only when something arrived.
        let empty = try DocumentCoding.encode(AlertLedger(nowWallSeconds: root.clock.wallSeconds))
        try root.disk.writeDurably(empty, to: AlertLedger.path(of: "scripted"))
        root.disk.setPlan(
            FaultPlan(call: 1, .killBefore, operations: [.rename], below: AlertLedger.path(of: "scripted"))
        )
        let first = ScriptedDestination()
        let post = post(to: first)
        try post.dispatcher.start()
        first.wait(for: 1)
        post.waitUntilAllArrived()
        #expect(post.dispatcher.stop(withinSeconds: 10))
        #expect(root.disk.isDead)
        let disk = root.disk.afterRestart(.process)
        let bytes = try disk.readFile(AlertLedger.path(of: "scripted"), bytesMaximum: AlertLedger.bytesMaximum)
        let ledger = try DocumentCoding.decode(AlertLedger.self, from: bytes)
        let backlog = AlertBacklog(disk: disk, sender: AlertSender(instance: "night", root: "/"))
        #expect(!ledger.contains(JobName(queue: "q", key: "night")))
        #expect(try backlog.entries(since: ledger.settledUntil).map(\.job.key) == ["night"])
    }

    @Test func whatIsRefusedHoldsUpNothing() throws {
        try live("night1", isBad: true)
        try live("night2", isBad: false)
        let destination = ScriptedDestination([.refused("400")])
        try dispatch(to: destination, messages: 2)
        #expect(destination.sent.map { $0.first?.annotations["job"] } == ["q/night1", "q/night2"])
        let refused = try RefusedAlerts.read(for: ["scripted"], on: root.disk, time: root.clock)
        #expect(refused.map(\.job) == ["q/night1"], "also after others were taken")
        let words = try #require(refused.first?.words)
        #expect(words.hasPrefix("'scripted' refused 1 alarm of q/night1 at ") && words.hasSuffix("Z, for good: 400"))
    }

    @Test func aJobThatIsPublishedMeanwhileIsSent() throws {
        try live("night1", isBad: true)
        let destination = ScriptedDestination()
        let post = post(to: destination)
        try post.dispatcher.start()
        destination.wait(for: 1)
        try live("night2", isBad: false)
        let metrics = try JobFiles(disk: root.disk, layout: root.layout).done("night2").metrics
        post.dispatcher.published(metrics)
        destination.wait(for: 2)
        post.waitUntilAllArrived()
        #expect(post.dispatcher.stop(withinSeconds: 10))
        #expect(destination.sent.joined().map { $0.annotations["job"] } == ["q/night1", "q/night2"])
    }

    /// A copy of a root, or what a backup gives back, may have been written today, and all of it at once.
    @Test func whatIsOldIsNotSentAgainWhereItsRecordIsNew() throws {
        try live("night1", isBad: true)
        root.clock.advance(bySeconds: 40 * 86_400)
        root.disk.touch(root.layout.done("night1"))
        let backlog = AlertBacklog(disk: root.disk, sender: AlertSender(instance: "night", root: "/"))
        #expect(try backlog.entries(since: root.clock.wallSeconds - AlertLedger.marginSeconds).isEmpty)
        try live("night2", isBad: false)
        let found = try backlog.entries(since: root.clock.wallSeconds - AlertLedger.marginSeconds)
        #expect(found.map(\.job.key) == ["night2"])
    }

    @Test func aJobWithoutAlarmsIsNoNews() throws {
        try live("night1", isBad: false)
        let backlog = AlertBacklog(disk: root.disk, sender: AlertSender(instance: "night", root: "/"))
        #expect(try backlog.entries(since: 0).isEmpty)
    }
}

/// The wall clock of a simulated disk, and a monotonic one that goes on by itself.
private struct MixedClock: TimeSource {
    let wall: ManualClock
    private let system = SystemTimeSource()

    init(wall: ManualClock) { self.wall = wall }

    var wallSeconds: Double { wall.wallSeconds }
    var monotonicSeconds: Double { system.monotonicSeconds }
    var bootID: String { system.bootID }
}

/// Takes alarms as it was told to; what comes after the script is delivered.
private final class ScriptedDestination: AlertDestination {
    private struct State {
        var script: [AlertDelivery]
        var sent: [[AlertNotice]] = []
        var isInterrupted = false
    }

    let name = "scripted"
    private let hangs: Bool
    private let state: Monitor<State>

    init(_ script: [AlertDelivery] = [], hangs: Bool = false) {
        self.hangs = hangs
        state = Monitor(State(script: script))
    }

    var sent: [[AlertNotice]] { state.withLock { $0.sent } }

    func deliver(_ notices: [AlertNotice]) -> AlertDelivery {
        state.withLock { $0.sent.append(notices) }
        state.broadcast()
        if hangs { return state.wait { $0.isInterrupted ? .answer(.failed("interrupted")) : .wait(seconds: nil) } }
        return state.withLock { $0.script.isEmpty ? .delivered : $0.script.removeFirst() }
    }

    func interrupt() {
        state.withLock { $0.isInterrupted = true }
        state.broadcast()
    }

    func close() {}

    func wait(for count: Int) {
        state.wait { $0.sent.count >= count ? .answer(()) : .wait(seconds: nil) }
    }
}

/// A dispatcher whose attempts can be waited for.
private struct Post {
    let dispatcher: AlertDispatcher
    private let attempts: Monitor<Int>

    init(_ make: (@escaping @Sendable () -> Void) -> AlertDispatcher) {
        let attempts = Monitor(0)
        self.attempts = attempts
        dispatcher = make {
            attempts.withLock { $0 += 1 }
            attempts.broadcast()
        }
    }

    /// Waits until nothing is left to send.
    func waitUntilAllArrived() {
        attempts.wait { _ in
            let isDone = dispatcher.isQuiet && dispatcher.figures.values.allSatisfy { $0.waiting == 0 }
            return isDone ? .answer(()) : .wait(seconds: nil)
        }
    }
}
