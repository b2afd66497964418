import Spool
import SystemPackage

/// Reads what appears in the outboxes while a daemon comes and goes, collects some of it, and remembers all of it.
struct OutboxAnalyst {
    let disk: any FileSystem
    let queues: [String]
    private(set) var readings: [JobName: PublishedDirectory.Reading] = [:]
    private(set) var violations: [String] = []
    private var collected: Set<JobName> = []

    init(disk: any FileSystem, queues: [String]) {
        self.disk = disk
        self.queues = queues
    }

    /// Reads what is new, and removes every other directory once it was read.
    mutating func look() throws {
        for queue in queues {
            let layout = QueueLayout(queue: queue)
            for entry in try disk.entries(of: layout.outbox, maximum: .max) {
                let job = JobName(queue: queue, key: entry.name.string)
                if collected.remove(job) != nil {
                    violations.append("I4 \(job) was published again after its collection")
                }
                if readings[job] == nil { try read(job, at: layout.published(job.key)) }
            }
        }
    }

    private mutating func read(_ job: JobName, at path: FilePath) throws {
        let reading = try PublishedDirectory(disk: disk, path: path).read()
        readings[job] = reading
        violations += reading.violations
        if readings.count % 2 == 0 {
            try disk.removeTree(path)
            collected.insert(job)
        }
    }
}
