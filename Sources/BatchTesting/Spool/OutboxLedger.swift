public import Spool
import Synchronization
import SystemPackage

/// Everything that ever became visible in the outboxes of a test, kept by an analyst who outlives every crash.
public final class OutboxLedger: Sendable {
    private struct State {
        var seen: [JobName: PublishedJob] = [:]
        var violations: [String] = []
        var collected: Set<JobName> = []
    }

    private let state = Mutex(State())

    /// Creates an empty ledger.
    public init() {}

    /// What was seen, by job.
    public var published: [JobName: PublishedJob] { state.withLock { $0.seen } }

    /// What was wrong with it.
    public var violations: [String] { state.withLock { $0.violations } }

    /// Looks at the outboxes of these queues.
    ///
    /// - Parameters:
    ///   - disk: The root's disk, read past every planned fault.
    ///   - queues: The queues.
    ///   - mayReappear: Whether what was collected may be there again: a power loss can undo the collection.
    public func look(at disk: any FileSystem, queues: [String], mayReappear: Bool = false) {
        do {
            for job in try PublishedJob.all(on: disk, queues: queues) { note(job, mayReappear: mayReappear) }
        } catch {
            state.withLock { $0.violations.append("the outbox cannot be read: \(error)") }
        }
    }

    /// Says that a job's directory was collected, so that it must not come back.
    public func collected(_ job: JobName) {
        state.withLock { _ = $0.collected.insert(job) }
    }

    private func note(_ job: PublishedJob, mayReappear: Bool) {
        state.withLock { state in
            state.violations += job.violations
            if let known = state.seen[job.job], known != job {
                state.violations.append("I3 \(job.job) is not what was published before")
            }
            if state.collected.contains(job.job) && !mayReappear {
                state.violations.append("I4 \(job.job) was published again after it had been collected")
            }
            state.seen[job.job] = job
        }
    }
}
