import BatchTesting
import Synchronization
import SystemPackage
import Testing

@testable import Spool

@Suite struct SweepTests {
    private static func rules(
        archive: RetentionPeriod = .days(90),
        hold: RetentionPeriod = .never,
        outbox: RetentionPeriod = .never,
        doneDays: Int = 400
    ) throws -> RetentionRules {
        var retention = QueueConfiguration.Retention()
        retention.archive = archive
        retention.hold = hold
        retention.outbox = outbox
        retention.doneDays = doneDays
        return try RetentionRules(queue: retention, daemon: DaemonConfiguration.Retention(), file: "queue.yaml")
    }

    private static func plan(_ disk: SimulatedDisk, _ rules: RetentionRules, _ clock: ManualClock) throws -> SweepPlan {
        try SweepPlan(disk: disk, queue: "q", rules: rules, time: clock)
    }

    /// A queue with a published job, one of only errors, a duplicate, an unusable name and a held job.
    private func full() throws -> OneQueue {
        let root = OneQueue()
        let state = SpoolLayout.state
        root.disk.dropDirectory(state)
        root.drop("{\"text\": \"a\"}\n", as: "good.jsonl")
        root.drop("nothing\n", as: "bad.jsonl")
        root.drop("{\"text\": \"a\"}\n", as: "a name.jsonl")
        #expect(try root.harness().run() == .idle)
        root.drop("{\"text\": \"a\"}\n", as: "good.jsonl")
        root.model.setBroken(true)
        root.drop("{\"text\": \"b\"}\n", as: "held.jsonl")
        #expect(try root.harness().run() == .idle)
        #expect(try root.names(in: root.layout.hold) == ["held", "held.input.jsonl"])
        return root
    }

    @Test func nothingGoesBeforeItsTime() throws {
        let root = try full()
        root.clock.advance(bySeconds: 89 * 86_400)
        #expect(try Self.plan(root.disk, Self.rules(), root.clock).findings().items.isEmpty)
    }

    @Test func whatIsOldGoesAndWhatIsNotAskedForStays() throws {
        let root = try full()
        root.clock.advance(bySeconds: 91 * 86_400)
        let items = try Self.plan(root.disk, Self.rules(), root.clock).findings().items
        let names = items.map { "\($0.place.rawValue) \($0.filePath.lastComponent?.string.prefix(8) ?? "")" }
        #expect(names == ["archive bad.json", "archive good.dup", "archive good.jso", "quarantine unusable"])
        #expect(items.allSatisfy { $0.ageDays == 91 && $0.keptDays == 90 && $0.bytes > 0 })
        #expect(try Self.plan(root.disk, Self.rules(), root.clock).findings().items == items)
    }

    @Test func recordGoesLastAndOnlyOnceNothingElseIsLeft() throws {
        let root = try full()
        root.clock.advance(bySeconds: 401 * 86_400)
        let kept = try Self.plan(root.disk, Self.rules(), root.clock).findings().items
        #expect(!kept.contains { $0.place == .done })
        root.disk.collect(root.layout.published("good"))
        let collected = try Self.plan(root.disk, Self.rules(), root.clock).findings().items
        #expect(collected.filter { $0.place == .done }.map(\.path) == [root.layout.done("good").string])
        let archived = try Self.plan(root.disk, Self.rules(archive: .never), root.clock).findings().items
        #expect(!archived.contains { $0.place == .done })
    }

    @Test func askedForHeldJobsGoWithTheirInputs() throws {
        let root = try full()
        root.clock.advance(bySeconds: 10 * 86_400)
        let plan = try Self.plan(root.disk, Self.rules(hold: .days(7), outbox: .days(7)), root.clock)
        let items = plan.findings().items
        #expect(items.map(\.place) == [.hold, .outbox, .outbox])
        let sweeper = Sweeper(disk: root.disk)
        for item in items { #expect(try sweeper.remove(item)) }
        #expect(try root.names(in: root.layout.hold).isEmpty)
        #expect(try root.names(in: root.layout.outbox).isEmpty)
        #expect(try root.names(in: SpoolLayout.state) == ["ballast"])
    }

    /// Whatever the moment of the release, the job either goes on with its input, or is gone with it.
    @Test func jobThatIsReleasedMeanwhileKeepsItsInput() throws {
        let request = ControlRequest(.release, job: JobName(queue: "q", key: "held"), by: "test")
        var ends: Set<String> = []
        for moment in 1...12 {
            let root = try full()
            root.clock.advance(bySeconds: 10 * 86_400)
            let plan = try Self.plan(root.disk, Self.rules(hold: .days(7)), root.clock)
            let item = try #require(plan.findings().items.first)
            #expect(item.filePath == root.layout.held("held").directory)
            let calls = Mutex(0)
            let released = root.disk
            let disk = ObservedFileSystem(
                root.disk,
                interlude: {
                    let call = calls.withLock { calls in
                        calls += 1
                        return calls
                    }
                    if call == moment { _ = try? JobControl(disk: released, queue: "q").release(request) }
                }
            )
            let isRemoved = try Sweeper(disk: disk).remove(item)
            let isReleased = try root.names(in: root.layout.jobs) == ["held"]
            #expect(isRemoved != isReleased, "call \(moment)")
            #expect(try root.names(in: root.layout.hold) == (isReleased ? ["held.input.jsonl"] : []), "call \(moment)")
            #expect(try root.names(in: SpoolLayout.state) == ["ballast"], "call \(moment)")
            ends.insert(isRemoved ? "removed" : "released")
        }
        #expect(ends == ["removed", "released"])
    }

    @Test func leftOversThatCannotBeRemovedAreNamed() throws {
        let root = try full()
        for name in ["gc.1", "gc.2"] { root.disk.dropDirectory(SpoolLayout.state.appending(name)) }
        let stuck = SpoolLayout.state.appending("gc.1")
        let plan = FaultPlan(call: 1, .failFromThenOn(.notPermitted), operations: [.removeDirectory], below: stuck)
        let disk = root.disk.afterRestart(.process, plan: plan)
        #expect(try Sweeper(disk: disk).removeLeftOvers().map(\.path) == [stuck.string])
        #expect(disk.listing(of: SpoolLayout.state).filter { $0 != "ballast" } == ["gc.1"])
    }

    @Test func whatChangedSinceStays() throws {
        let root = try full()
        root.clock.advance(bySeconds: 91 * 86_400)
        let items = try Self.plan(root.disk, Self.rules(), root.clock).findings().items
        let path = root.layout.archive.appending("good.jsonl")
        root.disk.collect(path)
        root.disk.drop(Array("new\n".utf8), at: path)
        let sweeper = Sweeper(disk: root.disk)
        let removed = try items.filter { try sweeper.remove($0) }
        #expect(removed.count == items.count - 1)
        #expect(root.disk.content(of: path) == Array("new\n".utf8))
    }

    /// Its sender may have written it a year ago, and its job have finished today.
    @Test func inputsOfNoKnownJobStayWhereARecordCannotBeRead() throws {
        let root = try full()
        root.disk.drop(Array("torn".utf8), at: root.layout.done("good"))
        root.clock.advance(bySeconds: 91 * 86_400)
        let findings = try Self.plan(root.disk, Self.rules(), root.clock).findings()
        let names = findings.items.map { "\($0.place.rawValue) \($0.filePath.lastComponent?.string.prefix(8) ?? "")" }
        #expect(names == ["archive bad.json", "quarantine unusable"])
        #expect(findings.failures.map(\.path) == [root.layout.done("good").string])
        #expect(findings.failures.first?.error.errno == .ioError)
        #expect(findings.failures.first?.reason.contains("inputs stay that belong to no job") == true)
        root.disk.drop(Array("torn".utf8), at: root.layout.done("bad"))
        let more = try Self.plan(root.disk, Self.rules(), root.clock).findings()
        #expect(more.failures.map(\.path) == [root.layout.done("bad").string])
        #expect(more.failures.first?.reason.contains("so it is with 1 more") == true)
    }

    @Test func strangersInTheOutboxAndInputsOfRunningJobsStay() throws {
        let root = try full()
        root.disk.dropDirectory(root.layout.outbox.appending("somebody"))
        root.disk.drop([1], at: root.layout.hold.appending("busy.input.jsonl"))
        root.disk.dropDirectory(root.layout.jobs.appending("busy"))
        root.clock.advance(bySeconds: 1000 * 86_400)
        let items = try Self.plan(root.disk, Self.rules(hold: .days(1), outbox: .days(1)), root.clock).findings().items
        #expect(!items.contains { $0.path.contains("somebody") || $0.path.contains("busy") })
        #expect(Set(items.map(\.place)) == Set(SweepItem.Place.allCases).subtracting([.cache]))
    }

    /// Whatever the moment of the kill, each directory of results is whole or not there, and a second sweep ends it.
    @Test(arguments: [Restart.process, .powerLoss(seed: 3), .powerLoss(seed: 8)])
    func killAtAnyCallLeavesWholeThings(_ restart: Restart) throws {
        let start = try full()
        start.clock.advance(bySeconds: 401 * 86_400)
        let rules = try Self.rules(hold: .days(1), outbox: .days(1))
        func sweep(_ disk: SimulatedDisk) throws {
            let sweeper = Sweeper(disk: disk)
            var failures = try sweeper.removeLeftOvers()
            let findings = try Self.plan(disk, rules, start.clock).findings()
            failures += findings.failures
            if let first = failures.first { throw first.error }
            var removed: [SweepItem] = []
            for item in findings.items where try sweeper.remove(item) {
                removed.append(item)
            }
            try sweeper.makeDurable(removed)
        }
        var call = 1
        while true {
            let disk = start.disk.afterRestart(.process, plan: FaultPlan(call: call, .killBefore))
            let isWhole = (try? sweep(disk)) != nil
            let next = disk.afterRestart(restart)
            for key in try next.entries(of: start.layout.outbox, maximum: 9).map(\.name.string) {
                let check = PublicationCheck(disk: next, directory: start.layout.published(key))
                #expect(try check.outcome().differences == [], "call \(call)")
                #expect(try next.status(of: start.layout.done(key)) != nil, "call \(call): results without a record")
            }
            try sweep(next)
            for directory in [start.layout.archive, start.layout.hold, start.layout.outbox, start.layout.done] {
                #expect(next.listing(of: directory).isEmpty, "call \(call): \(directory)")
            }
            // The ballast need not survive anything.
            #expect(next.listing(of: SpoolLayout.state).allSatisfy { $0 == "ballast" }, "call \(call)")
            if isWhole { break }
            call += 1
        }
        #expect(call > 20)
    }

    @Test func inputWithoutItsHeldJobGoesByItsTime() throws {
        let root = OneQueue()
        let input = root.layout.hold.appending("lost.input.jsonl")
        root.disk.drop([1], at: input)
        root.clock.advance(bySeconds: 8 * 86_400)
        let items = try Self.plan(root.disk, Self.rules(hold: .days(7)), root.clock).findings().items
        #expect(items.map(\.path) == [input.string])
    }

    @Test func jobsAreNotForgottenWhileTheirFilesMayComeAgain() throws {
        var queue = QueueConfiguration.Retention()
        queue.doneDays = 20
        #expect(throws: ConfigurationError.self) {
            try RetentionRules(queue: queue, daemon: DaemonConfiguration.Retention(), file: "queue.yaml")
        }
        queue.replayDays = 10
        let rules = try RetentionRules(queue: queue, daemon: DaemonConfiguration.Retention(), file: "queue.yaml")
        #expect(rules.doneDays == 20 && rules.archive == .days(90) && rules.outbox == .never)
    }
}
