import BatchTesting
import Spool
import SystemPackage

/// One run of the real binary on a disk that is, or becomes, too small; room is made once it has said so.
struct FullDiskCase {
    /// What a case is about.
    struct Setting: Sendable {
        /// What there is too little of.
        var scarcity: ScarceDisk.Scarcity
        /// How many names must have come below `staging/` and `outbox/` before that is so; 0 from the start.
        var afterArrivals = 0
        /// Whether `state/ballast` is there.
        var hasBallast = false
        /// `minimum_free_bytes`.
        var minimumFreeBytes = 0

        /// The case in words.
        var words: String {
            let room =
                switch scarcity {
                case .blocks(let count): "\(count) blocks"
                case .inodes(let count): "\(count) inodes"
                }
            return "\(room) free \(afterArrivals == 0 ? "from the start" : "after \(afterArrivals) arrivals"), "
                + "\(hasBallast ? "with" : "without") ballast, minimum_free_bytes \(minimumFreeBytes)"
        }
    }

    /// What came of it.
    struct Result: Sendable {
        /// What went wrong.
        var violations: [String] = []
        /// Whether the room was too little, so that batchd paused.
        var hasPaused = false
        /// How long it took from room until batchd said that it goes on, in seconds; 0 where it had not waited.
        var secondsToGoOn = 0.0
    }

    /// The ballast that a batchd with room lays down, in bytes.
    static let ballastBytes = 8 << 20

    private enum Limits {
        /// Seconds within which something is said, or done, by a batchd that is alive.
        static let answerSeconds = 30.0
        /// Seconds within which everything is done once there is room, also on a machine that does much else.
        static let endSeconds = 90.0
    }

    let scenario: FullDiskScenario
    let setting: Setting
    let binary: FilePath

    /// Runs it on a disk with room for its root.
    ///
    /// - Throws: Where the disk itself does not work.
    func run(on disk: ScarceDisk) throws -> Result {
        let root = try scenario.makeRoot(at: disk.root, setting, binary: binary)
        let watcher = setting.afterArrivals == 0 ? nil : try arrivals(in: root)
        if watcher == nil { try disk.leave(setting.scarcity) }
        let arguments = ["run", "--once", "--deadline", "150s", "--root", root.directory.string]
        let process = try ObservedProcess(binary, arguments)
        if let watcher {
            try hear(watcher)
            try disk.leave(setting.scarcity)
        }
        var result = Result()
        let pause = try process.line(withinSeconds: Limits.answerSeconds, where: FullDiskWords.waits)
        result.hasPaused = pause != nil
        if let pause {
            result.violations += FullDiskWords.violations(inLog: pause)
            result.violations += root.checker.violationsAtAnyInstant()
            if !setting.hasBallast { result.violations += try FullDiskWords(root, binary).violations() }
        }
        // With ballast, what is under way goes on without anybody's help.
        let helpsItself = setting.hasBallast && !(pause.map(FullDiskWords.waitsForCopy) ?? false)
        if !helpsItself { try disk.makeRoom() }
        let time = SystemTimeSource()
        let start = time.monotonicSeconds
        if pause != nil, try process.line(withinSeconds: Limits.endSeconds, where: FullDiskWords.goesOn) != nil {
            result.secondsToGoOn = time.monotonicSeconds - start
        }
        let end = try process.end(withinSeconds: Limits.endSeconds)
        if end != .exited(0) {
            let words = end.map { "\($0)" } ?? "not within \(Limits.endSeconds) s"
            result.violations.append("the run ends with \(words): \(process.lines.suffix(4))")
            try disk.makeRoom()
        }
        result.violations += root.checker.violationsWhenIdle(expected: scenario.expectations)
        result.violations += try chargedAttempts(in: root)
        return result
    }

    /// Hears of what is built and published.
    private func arrivals(in root: RealRoot) throws -> SpoolWatcher {
        let watcher = try SpoolWatcher(root: root.directory)
        for queue in FullDiskScenario.queues.map(QueueLayout.init(queue:)) {
            for directory in [queue.claimed, queue.staging, queue.jobs, queue.outbox, queue.done] {
                watcher.watch(directory)
            }
        }
        return watcher
    }

    private func hear(_ watcher: SpoolWatcher) throws {
        var count = 0
        while count < setting.afterArrivals {
            let events = try watcher.wait(timeoutMilliseconds: 2_000)
            if events.arrivals.isEmpty { return }
            count += events.arrivals.count
        }
    }

    private func chargedAttempts(in root: RealRoot) throws -> [String] {
        try PublishedJob.all(on: root.disk, queues: FullDiskScenario.queues).compactMap { job in
            let metrics = try DocumentCoding.decode(JobMetrics.self, from: job.files[PublishedName.metrics] ?? [])
            return metrics.attempts == 0 ? nil : "\(job.job) was charged \(metrics.attempts) attempts"
        }
    }
}
