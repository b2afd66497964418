import BatchTesting
import Glibc
import Spool
import SystemPackage

/// A great many small files wait in `incoming/` when the daemon starts.
struct MillionFiles {
    private static let queue = "many"
    /// The first file is to be claimed within this time of the start, in seconds.
    private static let firstClaimSecondsMaximum = 2.0
    /// What parent and engine may take, in KiB.
    static let residentKiBMaximum = 256 << 10
    /// `status` is to answer within this time, in seconds.
    private static let statusSecondsMaximum = 5.0
    private static let patienceSeconds = 600.0
    /// ext4 allows 65,000.
    private static let linksPerFile = 50_000

    let context: CampaignContext
    /// Files that wait.
    let count: Int
    /// Files that must be published before the seed ends.
    let publishedMinimum: Int
    private let layout = QueueLayout(queue: MillionFiles.queue)

    init(context: CampaignContext, count: Int, publishedMinimum: Int) {
        self.context = context
        self.count = count
        self.publishedMinimum = publishedMinimum
    }

    func run() throws -> SeedOutcome {
        var outcome = SeedOutcome()
        let root = try RealRoot(
            at: context.scratch.appending("many"),
            queues: [Self.queue: "model: sentiment\nsettle_seconds: 0\n"],
            daemon: "threads: 2\nlog: { level: warning }\n",
            binary: context.binary
        )
        try fill(root)
        let log = context.scratch.appending("many.log")
        var peak = ProcessPeak()
        let start = SystemTimeSource().monotonicSeconds
        let daemon = try DaemonProcess(context.binary, root: root.directory, log: log)
        let claim = try firstClaim(on: root, by: daemon).map { $0 - start }
        outcome.figures["seconds_to_first_claim"] = claim ?? -1
        let isInTime = context.isCut || claim.map { $0 <= Self.firstClaimSecondsMaximum } ?? false
        outcome.note(isInTime ? [] : ["the first claim took \(claim ?? -1) s"], "\(count) files")
        try work(root, daemon, &peak)
        try status(root, &outcome)
        let seconds = SystemTimeSource().monotonicSeconds - start
        let end = try daemon.terminate()
        outcome.note(end == .ended(.exited(0)) ? [] : ["SIGTERM ended it with \(end)"], "\(count) files")
        outcome.note(peak.violations(residentKiBMaximum: Self.residentKiBMaximum), "\(count) files")
        peak.note(in: &outcome)
        try check(root, seconds: seconds, &outcome)
        root.remove()
        unlink(log.string)
        return outcome
    }

    /// Makes the names where they are wanted, as links to a few files: a million inodes would take far longer to make
    /// and to remove than the run itself.
    private func fill(_ root: RealRoot) throws {
        let directory = root.directory.pushing(layout.incoming)
        let original = root.directory.pushing(SpoolLayout.state).appending("original")
        for number in 0..<count {
            if number % Self.linksPerFile == 0 {
                unlink(original.string)
                var records = IdentifiedRecords(seed: UInt64(number))
                let file = try FileDescriptor.open(
                    original,
                    .writeOnly,
                    options: [.create, .exclusiveCreate],
                    permissions: [.ownerReadWrite]
                )
                let bytes = try records.file(job: number, count: 1, isCompressed: false).bytes
                try file.closeAfter { _ = try file.writeAll(bytes) }
            }
            guard link(original.string, directory.appending("file-\(number).jsonl").string) == 0 else {
                throw Errno(rawValue: errno)
            }
        }
    }

    private func firstClaim(on root: RealRoot, by daemon: DaemonProcess) throws -> Double? {
        let end = SystemTimeSource().monotonicSeconds + Self.patienceSeconds
        while SystemTimeSource().monotonicSeconds < end {
            for directory in [layout.claimed, layout.jobs, layout.done]
            where try !root.disk.entries(of: directory, maximum: 1).isEmpty {
                return SystemTimeSource().monotonicSeconds
            }
            if try daemon.process.wait(timeoutMilliseconds: 2) != .timedOut { return nil }
        }
        return nil
    }

    private func work(_ root: RealRoot, _ daemon: DaemonProcess, _ peak: inout ProcessPeak) throws {
        let end = SystemTimeSource().monotonicSeconds + Self.patienceSeconds
        while SystemTimeSource().monotonicSeconds < end {
            peak.look(at: daemon)
            if try root.disk.entries(of: layout.done, maximum: publishedMinimum).count >= publishedMinimum { return }
            if try daemon.process.wait(timeoutMilliseconds: context.isCut ? 20 : 500) != .timedOut { return }
        }
    }

    private func status(_ root: RealRoot, _ outcome: inout SeedOutcome) throws {
        let start = SystemTimeSource().monotonicSeconds
        let null = try FileDescriptor.open("/dev/null", .writeOnly)
        defer { try? null.close() }
        let process = try ChildProcess(
            ChildCommand(
                executable: context.binary,
                arguments: ["status", "--root", root.directory.string],
                descriptors: [1: null]
            )
        )
        let event = try process.wait()
        let seconds = SystemTimeSource().monotonicSeconds - start
        outcome.figures["status_seconds"] = seconds
        var violations: [String] = []
        if event != .ended(.exited(0)) { violations.append("status ended with \(event)") }
        if !context.isCut && seconds > Self.statusSecondsMaximum { violations.append("status took \(seconds) s") }
        outcome.note(violations, "status beside \(count) files")
    }

    /// Every directory is a case: it verifies and answers the one record of its file.
    private func check(_ root: RealRoot, seconds: Double, _ outcome: inout SeedOutcome) throws {
        var published = 0
        for entry in try root.disk.entries(of: layout.outbox, maximum: .max) {
            let reading = try PublishedDirectory(disk: root.disk, path: layout.outbox.appending(entry.name)).read()
            published += 1
            let isAnswered = reading.all.count == 1
            let wrong = isAnswered ? [] : ["I1 \(entry.name) has \(reading.all.count) lines of 1"]
            outcome.note(reading.violations + wrong, "\(count) files")
        }
        let waiting = try root.disk.entries(of: layout.incoming, maximum: .max).count
        let claimed = try root.disk.entries(of: layout.claimed, maximum: .max).count
        let archived = try root.disk.entries(of: layout.archive, maximum: .max).count
        var wrong: [String] = []
        if waiting + claimed + archived != count {
            wrong.append("I1 of \(count) files \(waiting) wait, \(claimed) are claimed, \(archived) archived")
        }
        if published < publishedMinimum { wrong.append("only \(published) were published in \(seconds) s") }
        outcome.note(wrong, "\(count) files")
        outcome.figures["published"] = Double(published)
        outcome.figures["published_per_second"] = Double(published) / seconds
    }
}
