import BatchTesting
import Spool
import SystemPackage

/// What batchd had told the world when the power went, and so has to be true after it.
struct Promise {
    /// Whether `batchd submit` had ended with exit code 0.
    var isSubmitted = false
    /// Whether `batchd run --once` had.
    var isComplete = false
    /// The jobs that the log had called published.
    var published: Set<JobName> = []
    /// The jobs that an analyst had taken away for good.
    var collected: Set<JobName> = []
    /// What was wrong before the power went.
    var violations: [String] = []

    /// Begins with nothing promised.
    init() {}

    /// Reads what was told.
    ///
    /// - Parameters:
    ///   - lines: The output of the session: the log, and what its shell says.
    ///   - end: How the session ended.
    ///   - collected: What an analyst had taken away.
    init(lines: [String], end: ProcessEnd?, collected: Set<JobName>) {
        isSubmitted = lines.contains("submitted")
        isComplete = end == .exited(0)
        self.collected = collected
        for line in lines {
            guard let entry = try? DocumentCoding.decode(LogLine.self, from: Array(line.utf8)) else { continue }
            guard entry.message == "job published", let job = entry.job?.split(separator: "/"), job.count == 2 else {
                continue
            }
            published.insert(JobName(queue: String(job[0]), key: String(job[1])))
        }
    }

    /// What is not as it was promised, on the disk as the cut left it, before batchd has touched it again.
    ///
    /// - Parameters:
    ///   - root: The root.
    ///   - ledger: What was seen before the cut; looks again.
    /// - Returns: One sentence each, with the invariant's number.
    /// - Throws: `FileSystemError`.
    func violations(on root: RealRoot, _ ledger: OutboxLedger) throws -> [String] {
        var found = root.checker.violationsAtAnyInstant()
        ledger.look(at: root.disk, queues: root.queues)
        let visible = Set(try PublishedJob.all(on: root.disk, queues: root.queues).map(\.job))
        for job in published {
            if try root.disk.status(of: QueueLayout(queue: job.queue).done(job.key)) == nil {
                found.append("I8 \(job.queue)/\(job.key) was reported published, and its done record is gone")
            }
            if !visible.contains(job) && !collected.contains(job) {
                found.append("I8 \(job.queue)/\(job.key) was reported published, and its results are gone")
            }
        }
        guard isComplete else { return found }
        for queue in root.queues.map(QueueLayout.init(queue:)) {
            for directory in [queue.incoming, queue.claimed, queue.jobs] {
                let names = try root.disk.entries(of: directory, maximum: .max).map(\.name.string)
                if !names.isEmpty { found.append("I8 the run had ended, and \(directory) holds \(names.sorted())") }
            }
        }
        return found
    }
}

private struct LogLine: Decodable {
    var message: String
    var job: String?
}
