import BatchCore
import BatchTesting
import Glibc
import Spool
import SystemPackage

/// Hours of mixed load on one daemon that is never restarted: memory, descriptors and threads stay what they are.
final class MixedLoad {
    /// Seconds between two looks at the processes.
    static let sampleSeconds = 5.0
    /// Part of the time after which growth counts: caches and budgets have been found by then.
    static let settledPart = 1.0 / 6
    /// Growth of resident memory that counts as a leak, in KiB an hour.
    static let residentKiBPerHourMaximum = 8_192.0
    /// Descriptors that one look may have more of than the first settled one.
    static let descriptorsSpread = 24
    private static let waitingMaximum = 40
    private static let dropMilliseconds = 1_000...3_000
    private static let statusSeconds = 60.0
    private static let reloadSeconds = 300.0

    private let context: CampaignContext
    private let seconds: Double
    private let root: RealRoot
    private let daemon: DaemonProcess
    private let start = SystemTimeSource().monotonicSeconds
    private var random = SplitMix64(seed: 4)
    private var wanted: [JobName: AnswerDigest] = [:]
    private var dropped = 0
    private var records = 0
    private var samples: [LoadSample] = []
    private var outcome = SeedOutcome()

    /// How long it takes: an hour, or what `BATCHD_LOAD_SECONDS` says.
    static func seconds(isCut: Bool) -> Double {
        if isCut { return 5 }
        return getenv("BATCHD_LOAD_SECONDS").flatMap { Double(String(cString: $0)) } ?? 3_600
    }

    init(context: CampaignContext, seconds: Double) throws {
        self.context = context
        self.seconds = seconds
        root = try RealRoot(
            at: context.scratch.appending("load"),
            queues: StormLoad.queues,
            daemon: "threads: 2\nlog: { level: warning }\n",
            binary: context.binary
        )
        daemon = try DaemonProcess(context.binary, root: root.directory, log: context.scratch.appending("load.log"))
    }

    private var elapsed: Double { SystemTimeSource().monotonicSeconds - start }

    func run() throws -> SeedOutcome {
        try work()
        let end = try daemon.terminate()
        outcome.note(end == .ended(.exited(0)) ? [] : ["SIGTERM ended it with \(end)"], "the end")
        outcome.note(wanted.keys.map { "I1 \($0) was never published" }, "the end")
        let curve = LoadCurve(samples: samples, settledAfterSeconds: seconds * Self.settledPart)
        outcome.note(curve.violations, "the curve of \(samples.count) looks")
        for (name, value) in curve.figures { outcome.figures[name] = value }
        outcome.figures["records"] = Double(records)
        if let results = context.results { try curve.write(to: results) }
        root.remove()
        unlink(context.scratch.appending("load.log").string)
        return outcome
    }

    private func work() throws {
        var (nextDrop, nextSample, nextStatus, nextReload) = (0.0, 0.0, Self.statusSeconds, Self.reloadSeconds)
        // At the end all that was dropped is waited for.
        while elapsed < seconds || (!wanted.isEmpty && elapsed < seconds + TimedRoot.patienceSeconds) {
            if elapsed >= nextDrop && elapsed < seconds && wanted.count < Self.waitingMaximum {
                try drop()
                nextDrop = elapsed + Double(Self.dropMilliseconds.randomElement(using: &random) ?? 0) / 1_000
            }
            try collect()
            if elapsed >= nextSample, let sample = LoadSample(seconds: elapsed, daemon: daemon, records: records) {
                samples.append(sample)
                nextSample += Self.sampleSeconds
            }
            if elapsed >= nextStatus {
                try status()
                nextStatus += Self.statusSeconds
            }
            if elapsed >= nextReload {
                daemon.process.send(SIGHUP)
                nextReload += Self.reloadSeconds
            }
            let event = try daemon.process.wait(timeoutMilliseconds: 250)
            if event != .timedOut { return outcome.note(["the daemon ended with \(event)"], "after \(elapsed) s") }
        }
    }

    /// Most files are small, some are large; now and then one comes twice, and one is no zstd.
    private func drop() throws {
        dropped += 1
        let unit = Double(random.next() >> 11) / Double(1 << 53)
        let count = max(Int(exp(unit * log(20_000.0))), 1)
        let queue = random.next() % 3 == 0 ? "auto" : "small"
        let isCompressed = random.next() % 2 == 0
        var source = IdentifiedRecords(seed: UInt64(dropped))
        let file = try source.file(job: dropped, count: count, isCompressed: isCompressed)
        let ending = isCompressed ? ".jsonl.zst" : ".jsonl"
        try root.drop(file.bytes, as: "job-\(dropped)\(ending)", in: queue)
        wanted[JobName(queue: queue, key: "job-\(dropped)")] = file.digest
        if dropped % 20 == 0 { try root.drop([0x28, 0xB5, 0x2F, 0xFD, 1], as: "bad-\(dropped).jsonl.zst", in: queue) }
        if dropped % 20 == 10 { try root.drop(file.bytes, as: "job-\(dropped)\(ending)", in: queue) }
    }

    /// Reads what was published, and removes it together with its input, as an operator's cleaning does.
    private func collect() throws {
        for queue in root.queues.map(QueueLayout.init(queue:)) {
            for entry in try root.disk.entries(of: queue.outbox, maximum: .max) {
                let job = JobName(queue: queue.queue, key: entry.name.string)
                let path = queue.published(job.key)
                if let digest = wanted.removeValue(forKey: job) {
                    let reading = try PublishedDirectory(disk: root.disk, path: path).read()
                    let isWhole = reading.all.hasRecords(of: digest)
                    let wrong = isWhole ? [] : ["I1 it answers \(reading.all.count) of \(digest.count), or others"]
                    outcome.note(reading.violations + wrong, "\(job)")
                    records += digest.count
                } else if !job.key.hasPrefix("bad-") {
                    outcome.note(["I4 nobody waits for \(job)"], "\(job)")
                }
                try root.disk.removeTree(path)
            }
            for directory in [queue.archive, queue.quarantine] {
                for entry in try root.disk.entries(of: directory, maximum: 100) {
                    try? root.disk.removeTree(directory.appending(entry.name))
                }
            }
        }
    }

    private func status() throws {
        let null = try FileDescriptor.open("/dev/null", .writeOnly)
        defer { try? null.close() }
        let command = ChildCommand(
            executable: context.binary,
            arguments: ["status", "--root", root.directory.string],
            descriptors: [1: null]
        )
        let event = try ChildProcess(command).wait()
        outcome.note(event == .ended(.exited(0)) ? [] : ["status ended with \(event)"], "after \(elapsed) s")
    }
}
