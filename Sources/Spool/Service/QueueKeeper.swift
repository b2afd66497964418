import BatchCore
import SystemPackage

/// What the keeper knows of one queue, beyond its disk.
final class QueueKeeper {
    let layout: QueueLayout
    var configuration: LoadedQueueConfiguration
    /// The answers kept for other nights, for the model and size of the last job.
    var cache: AnswerCache?
    /// Claimed names whose reading has not begun.
    var unread: Set<String> = []
    /// Files being read.
    var ingestions: [Ingestion] = []
    /// Names of jobs that are under way; another file of such a name waits.
    var activeSources: Set<String> = []
    /// Something lies in `incoming/` that will become a job.
    var hasIncoming = false
    /// What has been seen in `incoming/` and may still be on its way.
    var sightings = Sightings()
    /// Names in `incoming/` that are known to be complete, until they are looked at.
    var arrivals: Set<String> = []
    /// When a directory in `incoming/` is to be looked into again, by the monotonic clock.
    var dueAt: [FilePath.Component: Double] = [:]
    /// Until when `incoming/` is left alone, by the monotonic clock.
    var restsUntil = -Double.infinity
    /// What in `incoming/` is not complete.
    var waiting: [FilePath.Component: WaitingFile] = [:]
    /// Names in `incoming/` that may not be taken, for want of permission; each is reported once.
    var refused: Set<FilePath.Component> = []
    /// Claimed names that wait for room on the disk, with what was wanted and there; each is reported once.
    var waitingForRoom: [String: WantedRoom] = [:]
    /// How the claimed files of jobs under way looked when this process read them.
    var seen: [String: FileStatus] = [:]
    /// Claimed files that their senders went on writing.
    var restless: [String: RestlessFile] = [:]
    /// Jobs whose files have changed, to be begun anew.
    var outdated: [JobRecord] = []
    /// Ranks of jobs that are begun anew, by claimed name, until they are jobs again.
    var ranks: [String: JobRank] = [:]
    /// Inputs of published jobs that are looked at once more, in the order in which that is due.
    var lateLooks: [LateLook] = []
    /// When to look at `incoming/` again for something that is not ready, by the monotonic clock.
    var nextLook: Double?
    /// Jobs that are in `jobs/` and have not been taken to work.
    var accepted: [JobRecord] = []
    /// Jobs that failed as a whole and are not published yet.
    var unpublished: [JobRecord] = []
    /// Whether the directories still have to be brought to a consistent state.
    var needsRecovery = true
    /// Whether a call failed, so that what is visible need not be durable.
    var isUnsettled = false
    /// Whether something was claimed and the claim need not be durable.
    var hasUnsettledClaims = false
    /// What a dead engine had in flight and has not been charged for.
    var casualties: [Casualty] = []
    /// The entry for the first of them, while it need not be in the journal, or not durable there.
    var chargeUnderWay: AttemptEntry?
    /// The newest finished jobs, once somebody has asked for them.
    var history: QueueHistory?
    /// The former jobs while they are being read, a few in each turn.
    var historyReading: HistoryReading?
    /// Why nothing more is done for this queue.
    var stopReason: String?
    /// The queue's configuration is gone; it finishes what it has.
    var isClosed = false

    /// Names under way, but for files that are written still: those may take as long as they like.
    var activeCount: Int { activeSources.count - restless.keys.count(where: unread.contains) }

    /// Forgets what is in `incoming/` no longer.
    func forget(except entries: [DirectoryEntry]) {
        let names = Set(entries.map(\.name))
        sightings.keep(only: names)
        waiting = waiting.filter { names.contains($0.key) }
        dueAt = dueAt.filter { names.contains($0.key) }
        refused.formIntersection(names)
    }

    /// Looks again no later than so many seconds from now.
    func look(inSeconds seconds: Double, now: Double) {
        nextLook = min(nextLook ?? .infinity, now + seconds)
    }

    init(layout: QueueLayout, configuration: LoadedQueueConfiguration) {
        self.layout = layout
        self.configuration = configuration
    }

    /// Whether something was begun that needs nothing but another turn.
    var hasNextStep: Bool {
        !ingestions.isEmpty || needsRecovery || isUnsettled || historyReading != nil
    }

    var hasWork: Bool {
        needsRecovery || hasIncoming || !unread.isEmpty || !ingestions.isEmpty || !activeSources.isEmpty
    }

    /// Makes durable whatever can be seen of the ledger.
    ///
    /// Decisions follow what is visible. After a kill, or a sync that failed, that may be more than is durable, and
    /// a power loss would then undo what later steps rely on.
    func settle(on disk: any FileSystem) throws {
        for entry in try disk.entries(of: layout.jobs, maximum: .max) where entry.kind == .directory {
            try disk.syncDirectory(layout.jobs.appending(entry.name))
        }
        for directory in layout.ledgerDirectories { try disk.syncDirectory(directory) }
        isUnsettled = false
        hasUnsettledClaims = false
    }

    /// Makes durable that claimed files and their statements have left `incoming/`.
    ///
    /// A job whose claim a power loss undid would leave its file to be found again: answered once more where it
    /// failed as a whole, and not beside the job where that is held.
    func settleClaims(on disk: any FileSystem) throws {
        try disk.syncDirectory(layout.claimed)
        try disk.syncDirectory(layout.incoming)
        hasUnsettledClaims = false
    }
}
