import BatchCore
import BatchTesting
import Glibc
import Spool
import SystemPackage

/// kill -9 at random moments, to the parent, the engine or both, while jobs of many sizes are answered and more arrive.
struct KillStorm {
    /// Kills of one seed.
    let kills: Int
    /// Records of one seed.
    let records: Int
    /// Records of the largest file.
    let largest: Int
    let context: CampaignContext
    let seed: Int

    private static let pauseMillisecondsMaximum: UInt64 = 250
    private static let daemon = "threads: 2\nlog: { level: warning }\n"

    /// Storms, then repeats the same jobs without a kill and compares.
    func run() throws -> SeedOutcome {
        let load = StormLoad(seed: UInt64(seed), records: records, largest: largest)
        let stormed = try root("storm")
        var outcome = SeedOutcome()
        var analyst = OutboxAnalyst(disk: stormed.disk, queues: stormed.queues)
        try storm(load, on: stormed, &analyst, &outcome)
        let end = try finish(stormed)
        try analyst.look()
        let calm = try root("calm")
        try load.files.forEach { try drop($0, of: load, on: calm) }
        let calmEnd = try finish(calm)
        var control = OutboxAnalyst(disk: calm.disk, queues: calm.queues)
        try control.look()
        var wrong = analyst.violations + leftovers(in: stormed)
        if end != .ended(.exited(0)) { wrong.append("the run after the storm ended with \(end)") }
        if calmEnd != .ended(.exited(0)) { wrong.append("the run without kills ended with \(calmEnd)") }
        wrong += try differences(load, analyst, control)
        // The kills are the cases; what is found at the end is the fault of one of them.
        if !wrong.isEmpty { outcome.note(wrong, "after \(kills) kills, seed \(seed)") }
        outcome.figures["records"] = Double(analyst.readings.values.reduce(0) { $0 + $1.all.count })
        outcome.figures["jobs"] = Double(analyst.readings.count)
        stormed.remove()
        calm.remove()
        unlink(log.string)
        return outcome
    }

    private var log: FilePath { context.scratch.appending("daemon.log") }

    private func root(_ name: String) throws -> RealRoot {
        try RealRoot(
            at: context.scratch.appending("\(name)-\(seed)"),
            queues: StormLoad.queues,
            daemon: Self.daemon,
            binary: context.binary
        )
    }

    private func drop(_ file: StormLoad.File, of load: StormLoad, on root: RealRoot) throws {
        try root.drop(try load.content(of: file).bytes, as: file.name, in: file.queue)
    }

    private func start(_ root: RealRoot) throws -> DaemonProcess {
        try DaemonProcess(context.binary, root: root.directory, log: log)
    }

    private func storm(
        _ load: StormLoad,
        on root: RealRoot,
        _ analyst: inout OutboxAnalyst,
        _ outcome: inout SeedOutcome
    ) throws {
        var random = SplitMix64(seed: UInt64(seed) ^ 0x5707)
        var waiting = load.files[...]
        var idleKills = 0.0
        var daemon = try start(root)
        while outcome.cases < kills {
            // Something is under way at every kill: more is dropped as soon as the analyst has nearly all there was.
            let due = load.files.count * (outcome.cases + 1) / kills
            while let next = waiting.first, load.files.count - waiting.count < due || !isUnderWay(root) {
                waiting.removeFirst()
                try drop(next, of: load, on: root)
            }
            let pause = Int(random.next() % Self.pauseMillisecondsMaximum) + 1
            let ended = try daemon.process.wait(timeoutMilliseconds: pause)
            let isBusy = isUnderWay(root)
            if ended != .timedOut {
                try check(ended, &outcome)
                daemon = try start(root)
                continue
            }
            let victim = DaemonProcess.Victim.allCases.randomElement(using: &random) ?? .group
            guard daemon.kill(victim) else { continue }
            outcome.note([], "kill")
            if !isBusy { idleKills += 1 }
            if victim != .engine {
                _ = try daemon.process.wait()
                daemon = try start(root)
            }
            try analyst.look()
        }
        outcome.figures["kills_at_rest"] = idleKills
        for file in waiting { try drop(file, of: load, on: root) }
        _ = try daemon.terminate()
    }

    /// A daemon that ended before it was killed: the engine of the last one was not gone yet, or engines were killed
    /// so often before they had begun that their parent gave up.
    private func check(_ end: ChildProcess.Event, _ outcome: inout SeedOutcome) throws {
        let allowed: [ChildProcess.Event] = [.ended(.exited(75)), .ended(.exited(69))]
        guard !allowed.contains(end) else { return }
        let words = "seed \(seed), after \(outcome.cases) kills"
        outcome.note(["a daemon ended with \(end) by itself"], words)
    }

    private func isUnderWay(_ root: RealRoot) -> Bool {
        root.queues.map(QueueLayout.init(queue:)).contains { layout in
            [layout.incoming, layout.claimed, layout.jobs].contains {
                (try? root.disk.entries(of: $0, maximum: 1).isEmpty) == false
            }
        }
    }

    private func finish(_ root: RealRoot) throws -> ChildProcess.Event {
        try root.runToEnd()
    }

    private func leftovers(in root: RealRoot) -> [String] {
        root.queues.map(QueueLayout.init(queue:)).flatMap { layout in
            [layout.incoming, layout.claimed, layout.jobs, layout.staging, layout.hold, layout.quarantine]
        }
        .compactMap { directory in
            let names = (try? root.disk.entries(of: directory, maximum: 5).map(\.name.string)) ?? ["unreadable"]
            return names.isEmpty ? nil : "I6 \(directory) still holds \(names)"
        }
    }

    private func differences(_ load: StormLoad, _ stormed: OutboxAnalyst, _ calm: OutboxAnalyst) throws -> [String] {
        var found: [String] = []
        for file in load.files {
            let job = JobName(queue: file.queue, key: file.key)
            let wanted = try load.content(of: file).digest
            guard let reading = stormed.readings[job] else {
                found.append("I1 \(job) with \(file.records) records was never published")
                continue
            }
            if !reading.all.hasRecords(of: wanted) {
                found.append("I1 \(job) answers \(reading.all.count) of \(wanted.count) records, or others")
            }
            if reading.results != calm.readings[job]?.results || reading.errors != calm.readings[job]?.errors {
                found.append("\(job) has other answers than without kills")
            }
        }
        let known = Set(load.files.map { JobName(queue: $0.queue, key: $0.key) })
        found += stormed.readings.keys.filter { !known.contains($0) }.map { "I4 nobody dropped \($0)" }
        return found
    }
}

extension CampaignPart {
    static let killStorm = CampaignPart(
        number: 5,
        name: "kill-storm",
        purpose: "Kills parent, engine or both at random moments under load; compares every answer with a calm run.",
        seeds: 1...40,
        casesWanted: 2_000
    ) { seed, context in
        try KillStorm(
            kills: context.isCut ? 5 : 50,
            records: context.isCut ? 3_000 : 250_000,
            largest: context.isCut ? 1_000 : 30_000,
            context: context,
            seed: seed
        )
        .run()
    }
}
