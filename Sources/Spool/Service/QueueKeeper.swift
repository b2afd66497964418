import BatchCore
import SystemPackage

/// What the keeper knows of one queue, beyond its disk.
final class QueueKeeper {
    let layout: QueueLayout
    var configuration: LoadedQueueConfiguration
    /// Claimed names whose reading has not begun.
    var unread: Set<String> = []
    /// Files being read.
    var ingestions: [Ingestion] = []
    /// Names of jobs that are under way; another file of such a name waits.
    var activeSources: Set<String> = []
    /// Something lies in `incoming/` that will become a job.
    var hasIncoming = false
    /// When to look at `incoming/` again for something that is not ready, by the monotonic clock.
    var nextLook: Double?
    /// Jobs that failed as a whole and are not published yet.
    var unpublished: [JobRecord] = []
    /// Why nothing more is done for this queue.
    var stopReason: String?
    /// The queue's configuration is gone; it finishes what it has.
    var isClosed = false

    init(layout: QueueLayout, configuration: LoadedQueueConfiguration) {
        self.layout = layout
        self.configuration = configuration
    }

    var hasWork: Bool {
        hasIncoming || !unread.isEmpty || !ingestions.isEmpty || !activeSources.isEmpty
    }
}
