import BatchCore
public import SystemPackage

/// Reads where jobs of one queue stand, from the disk alone and without changing it.
///
/// A daemon may move a job on at any moment. Directories are therefore asked in the direction in which jobs go, so
/// that one on its way is seen at least once.
public struct QueueInspector: Sendable {
    let disk: any FileSystem
    let layout: QueueLayout

    /// Creates an inspector.
    ///
    /// - Parameters:
    ///   - disk: The root.
    ///   - queue: The queue's name.
    public init(disk: any FileSystem, queue: String) {
        self.disk = disk
        layout = QueueLayout(queue: queue)
    }

    /// The directories in which a job's end shows, for watching.
    public var endDirectories: [FilePath] { [layout.done, layout.hold, layout.quarantine, layout.archive] }

    /// Where a job stands.
    ///
    /// - Parameter key: The job's key. Of a file that was not read yet, its name without the ending, or the key that
    ///   it was expected to get when it was dropped.
    /// - Returns: Nil where nothing of that key is known.
    /// - Throws: `FileSystemError`.
    public func standing(of key: String) throws -> JobStanding? {
        if let state = try waitingState(of: key) ?? waitingState(ofOrigins: key) {
            return try known(key) ?? .underWay(state, key: key)
        }
        return try known(key)
    }

    /// Where the job stands that a dropped file became.
    ///
    /// - Parameter drop: What `SpoolIntake` gave.
    /// - Returns: Nil where the file left `incoming/` and nothing tells what became of it.
    /// - Throws: `FileSystemError`.
    public func standing(of drop: DroppedFile) throws -> JobStanding? {
        // A duplicate of what was published needs nobody to take it: its answers are there.
        if case .duplicate(let key) = drop.expectation, let known = try known(key), case .published = known {
            return known
        }
        // In this order: once the file is in neither directory, what became of it is on disk.
        let waiting = try waitingState(ofSource: drop.name.name)
        let keys = try drop.keys(in: KeyRegistry(disk: disk, layout: layout))
        if let key = keys.last(where: { !drop.knownKeys.contains($0) }) { return try known(key) }
        if let waiting { return .underWay(waiting, key: drop.name.stem) }
        if case .duplicate(let key) = drop.expectation { return try known(key) }
        if let key = keys.first { return try known(key) }
        return try quarantineReason(of: drop.name).map { .quarantined(reason: $0) }
    }

    /// Keys that are known, for suggestions.
    ///
    /// - Parameters:
    ///   - places: Where jobs are looked for.
    ///   - maximum: Names that are looked at in each directory.
    /// - Returns: Keys, sorted.
    /// - Throws: `FileSystemError`.
    public func knownKeys(in places: Set<JobPlace> = Set(JobPlace.allCases), maximum: Int) throws -> [String] {
        var keys: Set<String> = []
        for directory in places.map(layout.directory(of:))
        where try disk.status(of: directory) != nil && (directory != layout.incoming || mayListIncoming) {
            for entry in try disk.entries(of: directory, maximum: maximum) where !entry.name.string.hasPrefix(".") {
                let isDropped = directory == layout.incoming
                let parsed = IncomingName(bytes: entry.name.bytes, isDirectory: entry.kind == .directory)
                if case .job(let source) = parsed, isDropped { keys.insert(source.stem) }
                if try !isDropped && (directory != layout.hold || isHeldJob(entry)) { keys.insert(entry.name.string) }
            }
        }
        return keys.sorted()
    }

    /// The records read by now and their errors, as far as the finished shards tell.
    ///
    /// - Parameter key: A job under way.
    /// - Returns: Nil where the job is not under way (any more).
    /// - Throws: `FileSystemError`.
    public func running(_ key: String) throws -> RunningJobSummary? {
        let job = layout.job(key)
        guard try disk.status(of: job.record) != nil else { return nil }
        do {
            return try RunningJobSummary(job: job, disk: disk)
        } catch let error as FileSystemError where error.errno == .noSuchFileOrDirectory {
            return nil
        }
    }

    /// Where the input of a job lies that has ended.
    ///
    /// - Parameter standing: Published or held.
    /// - Returns: The path and the name it was dropped under; nil where the input is gone, or the job not at its end.
    /// - Throws: `FileSystemError`.
    public func keptInput(of standing: JobStanding) throws -> (path: FilePath, source: String)? {
        let candidates: [FilePath]
        let source: String
        switch standing {
        case .underWay, .quarantined: return nil
        case .published(let done):
            candidates = [layout.archive.appending(done.keptAs), layout.quarantine.appending(done.keptAs)]
            source = done.source
        case .held(let key, _):
            let record = try JobFiles.record(at: layout.held(key).record, on: disk)
            candidates = [JobHold.input(of: record, in: layout)]
            source = record.source
        }
        for path in candidates where try disk.status(of: path) != nil { return (path, source) }
        return nil
    }

    /// What an operator finds beside a held job: why it could not go on, else the last failed attempt.
    func holdReason(of key: String) throws -> String {
        if let reason = try HoldReason(of: layout.held(key), on: disk) { return reason.message }
        let log = try AttemptLog(path: layout.held(key).attempts, on: disk)
        if let last = log.entries.last(where: { $0.outcome != .passed }) { return "shard \(last.shard): \(last.cause)" }
        if try disk.status(of: layout.published(key)) != nil {
            return "'\(layout.published(key))' is there and not this job's"
        }
        return "see '\(layout.held(key).directory)'"
    }

    /// Whether an entry of `hold/` is a job: inputs lie there too, and those of dropped directories are directories.
    func isHeldJob(_ entry: DirectoryEntry) throws -> Bool {
        guard entry.kind == .directory else { return false }
        // A job may be called so itself.
        guard entry.name.string.hasSuffix(".input") else { return true }
        return try disk.status(of: layout.held(entry.name.string).record) != nil
    }

    /// Whether an entry of `archive/` is a file whose content had been answered before.
    func isDuplicate(_ entry: DirectoryEntry) throws -> Bool {
        guard let duplicate = ArchivedDuplicate(name: entry.name.string) else { return false }
        // A job may be called so itself.
        return try disk.status(of: layout.done(duplicate.stem)) == nil
    }

    /// Where a job stands that was accepted.
    func known(_ key: String) throws -> JobStanding? {
        for _ in 0..<2 {
            // A job can be moved between two questions; in `jobs/` first and in its end afterwards is seen by the
            // second round.
            if try disk.status(of: layout.done(key)) != nil {
                return .published(try JobFiles(disk: disk, layout: layout).done(key))
            }
            if try disk.status(of: layout.held(key).record) != nil {
                return .held(key: key, reason: try holdReason(of: key))
            }
            if let job = try running(key) { return .underWay(job.state, key: key) }
        }
        return nil
    }

    private func waitingState(of key: String) throws -> JobState? {
        for ending in IncomingName.jobEndings {
            if let state = try waitingState(ofSource: key + ending) { return state }
        }
        return nil
    }

    /// Whether a file waits that may become a repetition, version or replay of this key.
    private func waitingState(ofOrigins key: String) throws -> JobState? {
        var key = key
        while let origin = KeyOrigin(of: key) {
            if let state = try waitingState(of: origin.key) { return state }
            if origin.kind == .replay, try known(origin.key) != nil, try hasWaitingFiles { return .incoming }
            key = origin.key
        }
        return nil
    }

    /// Errors files may be dropped under any name.
    private var hasWaitingFiles: Bool {
        get throws {
            let directories = try mayListIncoming ? [layout.incoming, layout.claimed] : [layout.claimed]
            return try directories.contains { directory in
                try disk.status(of: directory) != nil && !disk.entries(of: directory, maximum: 1).isEmpty
            }
        }
    }

    private func waitingState(ofSource name: String) throws -> JobState? {
        if try incomingStatus(of: name) != nil { return .incoming }
        guard try disk.status(of: layout.claimed.appending(name)) != nil else { return nil }
        return try disk.status(of: layout.ingesting(name).directory) != nil ? .reading : .claimed
    }

    private func quarantineReason(of name: SourceName) throws -> String? {
        try quarantineNotes(maximum: .max).last { $0.note.name == name.name }.map(reason)
    }

    /// Why a file is in quarantine, and where.
    func reason(_ quarantined: (note: QuarantineNote, path: FilePath)) -> String {
        "\(quarantined.note.code): \(quarantined.note.message); it is '\(quarantined.path)'"
    }

    /// The reasons that lie beside files in quarantine, with the files' paths, oldest first.
    func quarantineNotes(maximum: Int) throws -> [(note: QuarantineNote, path: FilePath)] {
        try disk.entries(of: layout.quarantine, maximum: maximum)
            .filter { $0.name.string.hasSuffix(QuarantineNote.ending) }
            .compactMap { entry in
                let path = layout.quarantine.appending(entry.name)
                let bytes = try disk.readFile(path, bytesMaximum: QuarantineNote.bytesMaximum)
                guard let note = try? DocumentCoding.decode(QuarantineNote.self, from: bytes) else { return nil }
                return (note, FilePath(String(path.string.dropLast(QuarantineNote.ending.count))))
            }
            .sorted { $0.note.at < $1.note.at }
    }
}

extension QueueInspector {
    /// The queue's name.
    public var queue: String { layout.queue }

    /// Why a daemon does nothing more for this queue.
    ///
    /// - Returns: Nil where it works, or where no daemon has said anything lately.
    /// - Throws: `FileSystemError`.
    public func stopReason() throws -> String? {
        try StatusReader.freshSnapshot(on: disk)?.stoppedQueues[queue]
    }

    /// How far a job under way is, as a running daemon says, else as its files tell.
    ///
    /// - Parameter key: The job.
    /// - Returns: Nil where it is not in `jobs/`.
    /// - Throws: `FileSystemError`.
    public func progress(of key: String) throws -> StatusReport.Job? {
        let snapshot = try StatusReader.freshSnapshot(on: disk)
        return try QueueStatusReader(inspector: self, snapshot: snapshot, rowsMaximum: 1, finishedMaximum: 0)
            .job(key)?.row
    }
}
