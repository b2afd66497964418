import BatchCore
import BatchTesting
import Glibc
import Spool
import SystemPackage

/// A root with one queue of the embedded model, and daemons that come and go on it.
struct TimedRoot {
    static let queue = "timed"

    let root: RealRoot
    let context: CampaignContext
    let log: FilePath
    private let layout = QueueLayout(queue: TimedRoot.queue)

    /// How long anything may take before it counts as not happening, in seconds; the machine may be busy.
    static let patienceSeconds = 60.0

    init(_ name: String, context: CampaignContext, settings: String = "") throws {
        self.context = context
        root = try RealRoot(
            at: context.scratch.appending(name),
            queues: [Self.queue: "model: sentiment\nsettle_seconds: 0\n" + settings],
            daemon: "threads: 2\nlog: { level: warning }\n",
            binary: context.binary
        )
        log = context.scratch.appending("\(name).log")
    }

    func remove() {
        root.remove()
        unlink(log.string)
    }

    func start(environment: [String: String]? = nil) throws -> DaemonProcess {
        try DaemonProcess(context.binary, root: root.directory, environment: environment, log: log)
    }

    /// Drops a job of records with ids, and says what must be answered.
    func drop(_ key: String, records count: Int, seed: Int) throws -> AnswerDigest {
        var records = IdentifiedRecords(seed: UInt64(seed))
        let file = try records.file(job: seed, count: count, isCompressed: true)
        try root.drop(file.bytes, as: "\(key).jsonl.zst", in: Self.queue)
        return file.digest
    }

    func isPublished(_ key: String) -> Bool {
        (try? root.disk.status(of: layout.done(key))).flatMap { $0 } != nil
    }

    func isUnderWay(_ key: String) -> Bool {
        (try? root.disk.status(of: layout.job(key).record)).flatMap { $0 } != nil
    }

    /// The charged attempts of a job under way.
    func attempts(of key: String) -> [AttemptEntry] {
        (try? AttemptLog(path: layout.job(key).attempts, on: root.disk))?.entries ?? []
    }

    /// The attempts that a published job says it was charged with.
    func attemptsCharged(to key: String) throws -> Int {
        try JobFiles(disk: root.disk, layout: layout).done(key).metrics.attempts
    }

    /// Waits while a daemon runs.
    ///
    /// - Returns: Whether it came about in time.
    func wait(
        for daemon: DaemonProcess,
        atMostSeconds seconds: Double = TimedRoot.patienceSeconds,
        until isSo: () -> Bool
    ) throws -> Bool {
        let end = SystemTimeSource().monotonicSeconds + seconds
        while !isSo() {
            if try daemon.process.wait(timeoutMilliseconds: 2) != .timedOut { return isSo() }
            if SystemTimeSource().monotonicSeconds >= end { return false }
        }
        return true
    }

    /// What is wrong with a published job.
    func violations(of key: String, wanted: AnswerDigest) throws -> [String] {
        let path = layout.published(key)
        guard try root.disk.status(of: path) != nil else { return ["I1 '\(path)' is not there"] }
        let reading = try PublishedDirectory(disk: root.disk, path: path).read()
        if reading.all.hasRecords(of: wanted) { return reading.violations }
        return reading.violations + ["I1 '\(path)' answers \(reading.all.count) of \(wanted.count) records, or others"]
    }
}
