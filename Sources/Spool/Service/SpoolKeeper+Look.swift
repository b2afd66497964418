import BatchCore
import SystemPackage

/// Which entries of `incoming/` are looked at when: what waits there must not take the time of what can be claimed.
extension SpoolKeeper {
    /// Claims what is ready, within the number of jobs that may be active.
    func claim(in queue: QueueKeeper, arrivals: Set<String>) throws {
        queue.arrivals.formUnion(arrivals)
        let begun = time.monotonicSeconds
        // What is left to do there is what the last look said.
        if begun < queue.restsUntil {
            if !queue.arrivals.isEmpty { queue.hasIncoming = true }
            return queue.nextLook = queue.restsUntil
        }
        var look = IncomingLook(arrivals: queue.arrivals, directories: directoriesPerTurnMaximum)
        queue.arrivals = []
        queue.hasIncoming = false
        queue.nextLook = nil
        guard !queue.isClosed else { return }
        defer { tell(look.told, in: queue) }
        guard try !claim(&look, in: queue) else { return }
        let now = time.monotonicSeconds
        queue.restsUntil = now + min(IncomingLook.restPerLook * (now - begun), IncomingLook.restSecondsMaximum)
    }

    /// Looks at as many entries as it takes to find some that can be claimed, or at all.
    ///
    /// - Returns: Whether the first portion was enough.
    private func claim(_ look: inout IncomingLook, in queue: QueueKeeper) throws -> Bool {
        guard queue.activeCount < Self.activeJobsPerQueueMaximum else {
            // Nothing could be taken, so whether anything is there does not matter until a job has ended.
            queue.hasIncoming = true
            queue.look(inSeconds: IncomingReadiness.writerRetrySeconds, now: time.monotonicSeconds)
            return true
        }
        // A turn that reads all of a large backlog for the sake of a few free places would do little else.
        for maximum in [entriesPerTurnMaximum, 16 * entriesPerTurnMaximum, .max] {
            let entries = try disk.entries(of: queue.layout.incoming, maximum: maximum)
            let activeCount = queue.activeCount
            try claim(entries, &look, in: queue)
            if entries.count < maximum { queue.forget(except: entries) }
            if entries.count < maximum || queue.activeCount > activeCount || claimHold != nil || pause != nil {
                return maximum == entriesPerTurnMaximum
            }
        }
        return false
    }

    private func claim(_ entries: [DirectoryEntry], _ look: inout IncomingLook, in queue: QueueKeeper) throws {
        look.names = Set(entries.lazy.filter { $0.kind != .directory }.map(\.name))
        let due = dueDirectories(among: entries, &look, in: queue) + entries.filter { $0.kind != .directory }
        let sorted = due.map { (name: $0.name.string, entry: $0) }.sorted { $0.name < $1.name }
        for (name, entry) in sorted {
            guard queue.activeCount < Self.activeJobsPerQueueMaximum else { return queue.hasIncoming = true }
            try claim(entry, &look, in: queue)
            // One whose namesake is under way may be taken as soon as that has ended.
            if entry.kind == .directory, !queue.activeSources.contains(name) {
                let seconds = IncomingReadiness.directoryRetrySeconds(queue.configuration.values)
                queue.dueAt[entry.name] = time.monotonicSeconds + seconds
            }
            if pause != nil { return }
        }
    }

    /// The directories whose turn it is to be looked into: each every `directoryRetrySeconds`, and only so many in one
    /// turn, those first that have waited longest for it.
    private func dueDirectories(
        among entries: [DirectoryEntry],
        _ look: inout IncomingLook,
        in queue: QueueKeeper
    ) -> [DirectoryEntry] {
        let now = time.monotonicSeconds
        var due: [(at: Double, entry: DirectoryEntry)] = []
        for entry in entries where entry.kind == .directory {
            let at = queue.dueAt[entry.name] ?? -.infinity
            if at > now, !look.arrivals.contains(entry.name.string) {
                queue.hasIncoming = true
                queue.look(inSeconds: at - now, now: now)
            } else if at > -.infinity || IncomingName(bytes: entry.name.bytes, isDirectory: true) != .unfinished {
                due.append((at, entry))
            }
        }
        if due.count > look.directories {
            queue.hasIncoming = true
            queue.look(inSeconds: IncomingReadiness.writerRetrySeconds, now: now)
            due.sort { $0.at < $1.at }
            due.removeLast(due.count - look.directories)
        }
        look.directories -= due.count
        return due.map(\.entry)
    }
}

/// One look at `incoming/`.
struct IncomingLook {
    /// A queue in whose `incoming/` much waits is left alone, after each look that had to go beyond the first portion,
    /// for this many times as long as it took: so it costs the keeper at most a tenth of its time.
    static let restPerLook = 9.0
    /// The longest such rest, in seconds.
    static let restSecondsMaximum = 5.0

    /// Names that a rename brought, and so are complete.
    let arrivals: Set<String>
    /// Directories that may still be looked into.
    var directories: Int
    /// The names of the files among the entries at hand.
    var names: Set<FilePath.Component> = []
    /// What the log is to be told of, by what it waits for.
    var told: [String: ToldWait] = [:]

    init(arrivals: Set<String>, directories: Int) {
        self.arrivals = arrivals
        self.directories = directories
    }
}
