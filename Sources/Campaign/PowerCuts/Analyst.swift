import BatchTesting
import Spool
import Synchronization
import SystemPackage

/// A person's program that hears of every published job, keeps what it read, and takes it away at once and for good.
final class Analyst: Sendable {
    /// Everything that was ever seen.
    let ledger: OutboxLedger
    private let taken = Mutex<(jobs: Set<JobName>, failures: [String])>(([], []))
    private let isEnding = Mutex(false)
    private let watcher: SpoolWatcher
    private let thread = ThreadGroup()

    /// What was taken away; that is on the medium.
    var collected: Set<JobName> { taken.withLock { $0.jobs } }
    /// Why something could not be.
    var failures: [String] { taken.withLock { $0.failures } }

    /// Begins to watch the outboxes of a root.
    ///
    /// - Parameters:
    ///   - root: The root.
    ///   - ledger: Keeps what is seen.
    /// - Throws: `SupervisionError`, `ThreadError`, `FileSystemError`.
    init(of root: FilePath, ledger: OutboxLedger) throws {
        self.ledger = ledger
        watcher = try SpoolWatcher(root: root)
        for queue in PowerCutScenario.queues { watcher.watch(QueueLayout(queue: queue).outbox) }
        try thread.start { [self] in
            while !isEnding.withLock({ $0 }) {
                _ = try? watcher.wait(timeoutMilliseconds: nil)
                collect(from: root)
            }
        }
    }

    /// Ends the watch, after a last look; nothing is held open after it.
    func end() {
        isEnding.withLock { $0 = true }
        watcher.wake()
        while !thread.wait(seconds: 60) {}
    }

    private func collect(from root: FilePath) {
        do {
            let disk = try LinuxFileSystem(root: root)
            // What comes after this list is for the next look, so that nothing is taken away unread.
            let jobs = try PublishedJob.all(on: disk, queues: PowerCutScenario.queues).map(\.job)
            ledger.look(at: disk, queues: PowerCutScenario.queues)
            for job in jobs {
                let layout = QueueLayout(queue: job.queue)
                try disk.removeTree(layout.published(job.key))
                try disk.syncDirectory(layout.outbox)
                taken.withLock { _ = $0.jobs.insert(job) }
                ledger.collected(job)
            }
        } catch {
            taken.withLock { $0.failures.append("the analyst cannot collect: \(error)") }
        }
    }
}
