public import BatchTesting
import Spool
import Synchronization
import SystemPackage

/// An analyst who sleeps beside the outboxes of a root, reads what appears, and takes it away at once.
public final class OutboxCollector: Sendable {
    /// How results are taken away.
    public enum Manner: Sendable, CaseIterable {
        /// They stay.
        case leaves
        /// File by file, where they lie.
        case removes
        /// File by file, the manifest first.
        case removesManifestFirst
        /// Out of the outbox in one step.
        case movesAway
    }

    /// What it saw, over all runs.
    public let ledger = OutboxLedger()
    /// What went wrong with the collecting itself.
    public var failures: [String] { state.withLock { $0.failures } }

    private struct State {
        var isOver = false
        var failures: [String] = []
    }

    private static let collected = FilePath("collected")

    private let root: RealRoot
    private let queues: [String]
    private let manner: Manner
    private let state = Mutex(State())

    /// Describes a collector.
    ///
    /// - Parameters:
    ///   - root: The root.
    ///   - queues: The queues whose results it takes; it looks at all of them.
    ///   - manner: How.
    public init(of root: RealRoot, queues: [String], manner: Manner) {
        self.root = root
        self.queues = queues
        self.manner = manner
    }

    /// Collects on a thread of its own while something else happens.
    ///
    /// - Parameter body: What happens.
    /// - Returns: What it returns.
    /// - Throws: What it throws, or what keeps the collector from watching.
    public func collecting<Value>(during body: () throws -> Value) throws -> Value {
        state.withLock { $0.isOver = false }
        let watcher = try SpoolWatcher(root: root.directory)
        for queue in root.queues where !watcher.watch(QueueLayout(queue: queue).outbox) {
            throw CampaignError("the outbox of '\(queue)' is not watched: \(String(describing: watcher.limitation))")
        }
        let thread = ThreadGroup()
        try thread.start { self.live(beside: watcher) }
        defer {
            state.withLock { $0.isOver = true }
            watcher.wake()
            while !thread.wait(seconds: 3600) {}
        }
        return try body()
    }

    private func live(beside watcher: SpoolWatcher) {
        do {
            while !state.withLock({ $0.isOver }) {
                try collect()
                _ = try watcher.wait(timeoutMilliseconds: nil)
            }
        } catch {
            state.withLock { $0.failures.append("the collector cannot go on: \(error)") }
        }
    }

    private func collect() throws {
        let seen = try queues.flatMap { queue in
            try root.disk.entries(of: QueueLayout(queue: queue).outbox, maximum: .max).map {
                JobName(queue: queue, key: $0.name.string)
            }
        }
        ledger.look(at: root.disk, queues: root.queues)
        for job in seen where manner != .leaves {
            try take(job)
            ledger.collected(job)
        }
    }

    private func take(_ job: JobName) throws {
        let layout = QueueLayout(queue: job.queue)
        let published = layout.published(job.key)
        switch manner {
        case .leaves: return
        case .removes: break
        case .removesManifestFirst: try root.disk.removeFile(published.appending(PublishedName.manifest))
        case .movesAway:
            try root.disk.ensureDirectory(Self.collected)
            let away = Self.collected.appending("\(job.queue).\(job.key)")
            try root.disk.moveDurably(published, to: away)
            return try root.disk.removeTree(away)
        }
        try root.disk.removeTree(published)
        try root.disk.syncDirectory(layout.outbox)
    }
}
