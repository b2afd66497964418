import BatchCore
import JSONLines
import Logging
import SystemPackage

extension SpoolKeeper {
    /// Files of one queue that are read at the same time.
    static let ingestionsPerQueueMaximum = 4
    /// How long one queue may read in one turn, in seconds.
    static let ingestSecondsPerTurn = 0.05

    /// Starts reading claimed files and reads on, for a slice of time.
    func ingest(in queue: QueueKeeper) throws {
        try beginMore(in: queue)
        let end = time.monotonicSeconds + Self.ingestSecondsPerTurn
        while !queue.ingestions.isEmpty {
            for ingestion in queue.ingestions where try ingestion.step() {
                try accept(ingestion, in: queue)
                queue.ingestions.removeAll { $0 === ingestion }
            }
            if time.monotonicSeconds >= end { break }
            try beginMore(in: queue)
        }
    }

    private func beginMore(in queue: QueueKeeper) throws {
        while queue.ingestions.count < Self.ingestionsPerQueueMaximum, let next = try nextThatFits(in: queue) {
            try begin(next.name, copyBytes: next.bytes, in: queue)
        }
    }

    /// The next claimed file whose copy the disk has room for, beside those that are being made.
    private func nextThatFits(in queue: QueueKeeper) throws -> (name: String, bytes: Int)? {
        if queue.unread.isEmpty { return nil }
        let reserved = queues.values.flatMap(\.ingestions).reduce(0) { $0 + $1.copyBytes }
        let free = try disk.space().bytes
        let room = free - reserved - minimumFreeBytes
        for name in queue.unread.sorted() where try isSettled(name, in: queue) {
            let bytes = try copyBytes(of: queue.layout.claimed.appending(name), queue.configuration.values)
            if bytes <= max(room, 0) { return (name, bytes) }
            guard queue.waitingForRoom[name] == nil else { continue }
            queue.waitingForRoom[name] = WantedRoom(copyBytes: bytes, freeBytes: free)
            logger.error(
                "file waits for room to be copied; make room",
                metadata: [
                    "queue": "\(queue.layout.queue)", "file": "\(name)", "bytes": .stringConvertible(bytes),
                    "bytes_free": .stringConvertible(free),
                    "minimum_free_bytes": .stringConvertible(minimumFreeBytes),
                ]
            )
        }
        queue.look(inSeconds: PauseLimits.retrySeconds, now: time.monotonicSeconds)
        return nil
    }

    /// What the copy of a claimed file or directory takes at most.
    private func copyBytes(of path: FilePath, _ settings: QueueConfiguration) throws -> Int {
        guard let status = try disk.status(of: path) else { return 0 }
        var bytes = status.bytes
        // A directory that may not be listed is copied by nobody.
        if status.kind == .directory, let parts = try? disk.entries(of: path, maximum: ShardLimits.partsMaximum) {
            // Sparse files can claim any size, and a directory may be listed whose parts may not be looked at.
            bytes = parts.reduce(0) { sum, part in
                let size = (try? disk.status(of: path.appending(part.name)))?.bytes ?? 0
                return min(sum, settings.inputLimits.compressedBytesMaximum) + min(size, Int.max / 2)
            }
        }
        return min(bytes, settings.inputLimits.compressedBytesMaximum)
    }

    private func begin(_ name: String, copyBytes: Int, in queue: QueueKeeper) throws {
        let path = queue.layout.claimed.appending(name)
        guard let status = try disk.status(of: path) else {
            queue.unread.remove(name)
            queue.activeSources.remove(name)
            queue.restless[name] = nil
            return
        }
        let parsed = IncomingName(bytes: Array(name.utf8), isDirectory: status.kind == .directory)
        guard case .job(let source) = parsed else {
            // Something else was put in its place just before it was claimed; or an older version claimed it.
            let reason = "it became something else while it was claimed; drop it again, whole and under its last name"
            do {
                try quarantine(path, in: queue, reason: reason)
            } catch let error as FileSystemError {
                guard error.isRefusal, error.path == path, status.kind == .directory else { throw error }
            }
            queue.unread.remove(name)
            try release(name, in: queue)
            return
        }
        let settings = queue.configuration.values
        let shardRecords = try settings.shardRecords ?? settings.shardRecords(for: loadModel(of: settings))
        try claimSidecars(of: source, status, in: queue)
        let ingestion = try Ingestion(
            source: source,
            layout: queue.layout,
            settings: settings,
            shardRecords: shardRecords,
            disk: disk
        )
        ingestion.copyBytes = copyBytes
        queue.ingestions.append(ingestion)
        queue.waitingForRoom[name] = nil
        queue.activeSources.insert(name)
        queue.unread.remove(name)
    }

    private func claimSidecars(of source: SourceName, _ file: FileStatus, in queue: QueueKeeper) throws {
        for name in ClaimedSidecars.manifestNames(for: source) + ClaimedSidecars.doneNames(for: source) {
            let dropped = queue.layout.incoming.appending(name)
            do {
                try claimSidecar(name, of: source, file, in: queue)
            } catch let error as FileSystemError where error.path == dropped && error.isReplacement {
                // The sender took it back, or put something else in its place.
                continue
            }
        }
    }

    private func claimSidecar(
        _ name: String,
        of source: SourceName,
        _ file: FileStatus,
        in queue: QueueKeeper
    ) throws {
        let (dropped, claimed) = (queue.layout.incoming.appending(name), queue.layout.claimed.appending(name))
        guard let status = try disk.status(of: dropped), status.kind == .regular else { return }
        if status.modifiedSeconds < file.modifiedSeconds, try isLate(dropped, source, file, in: queue) {
            logger.notice("late manifest of a former job removed", metadata: ["path": "\(dropped)"])
            return try disk.removeFile(dropped)
        }
        // Read again after a while, a file may have a namesake in incoming/, whose statement this is.
        if queue.restless[source.name] != nil, try disk.status(of: claimed) != nil { return }
        try disk.rename(dropped, to: claimed, replacing: true)
        queue.hasUnsettledClaims = true
        // What came need not be what was looked at, and nothing but a file may stay beside a claimed one.
        guard let kind = try disk.status(of: claimed)?.kind, kind != .regular else { return }
        let reason = "it took the place of a statement about a file; drop a regular file"
        try quarantine(claimed, in: queue, reason: reason)
    }

    /// Whether a manifest came after the file it speaks of had been claimed, and would condemn the next of that name.
    private func isLate(
        _ path: FilePath,
        _ source: SourceName,
        _ file: FileStatus,
        in queue: QueueKeeper
    ) throws -> Bool {
        guard let statement = try SenderManifest.read(at: path, on: disk) else { return false }
        let version = statement.sha256.map { "\(source.stem).\($0.lowercased().prefix(12))" }
        for key in [source.stem, version].compactMap(\.self) where JobKey.isPlain(key) {
            guard try disk.status(of: queue.layout.done(key)) != nil else { continue }
            let job = try JobFiles(disk: disk, layout: queue.layout).done(key)
            if statement.isOf(job.metrics, ratherThan: file.bytes) { return true }
        }
        return false
    }

    private func accept(_ ingestion: Ingestion, in queue: QueueKeeper) throws {
        let parsed = IncomingName(bytes: Array(ingestion.source.utf8), isDirectory: ingestion.isDirectory)
        guard case .job(let source) = parsed else { return }
        let hasChanged = try ingestion.hasChanged()
        if hasChanged { readAgain(source.name, in: queue) }
        let givenUp = restlessness(of: source.name, in: queue)
        if hasChanged && givenUp == nil { return ingestion.abandon() }
        queue.unread.remove(source.name)
        var content = ingestion.content
        let statement = try SenderManifest.read(for: source, in: queue.layout.claimed, on: disk)
        content.failure = givenUp ?? content.failure ?? statement.contradiction(of: content, strict: ingestion.isStrict)
        if queue.hasUnsettledClaims { try queue.settleClaims(on: disk) }
        let registry = KeyRegistry(disk: disk, layout: queue.layout)
        let decision = try registry.decide(
            stem: source.stem,
            sha256: content.sha256,
            again: statement.again,
            repeats: statement.repeats,
            replayed: content.replayed,
            versioned: queue.configuration.values.sameName == .version
        )
        switch decision {
        case .new(let key, let parent):
            try create(key, parent: parent, source, content, confirmed: statement.isConfirmation, ingestion, in: queue)
        case .duplicate(let key): try archiveDuplicate(of: key, source, ingestion, in: queue)
        case .conflict(let key): try quarantineConflict(with: key, source, ingestion, in: queue)
        }
    }

    /// The model of a queue, which must be able to give what the queue writes.
    private func loadModel(of settings: QueueConfiguration) throws -> any BatchModel {
        let model = try loadModel(settings.model, settings.precision)
        try settings.check(against: model)
        return model
    }

    private func create(
        _ key: String,
        parent: ParentJob?,
        _ source: SourceName,
        _ content: IngestedContent,
        confirmed: Bool,
        _ ingestion: Ingestion,
        in queue: QueueKeeper
    ) throws {
        // A model that cannot be loaded stops the queue here, before anything says that the job was accepted.
        let model = content.failure == nil ? try loadModel(of: queue.configuration.values) : nil
        let record = JobRecord(
            queue: queue.layout.queue,
            key: key,
            source: source.name,
            parent: parent,
            acceptedWallSeconds: time.wallSeconds,
            input: content.summary(manifestConfirmed: confirmed),
            parts: content.failure == nil ? content.parts : [],
            shards: content.failure == nil ? content.shards : [],
            shardRecords: content.failure == nil ? ingestion.shardRecords : nil,
            model: model?.identity,
            configuration: queue.configuration.text,
            failure: content.failure
        )
        let staged = queue.layout.ingesting(source.name)
        try disk.writeSynced(DocumentCoding.seal(record), to: staged.record)
        if let rank = queue.ranks[source.name] {
            var orders = JobOrders()
            orders.rank = rank
            try orders.write(to: staged.directory, on: disk)
        }
        try disk.syncDirectory(staged.directory)
        try disk.rename(staged.directory, to: queue.layout.job(key).directory, replacing: false)
        // From here on it is a job, whatever fails: read again, it would be taken for a duplicate of itself.
        queue.ingestions.removeAll { $0 === ingestion }
        queue.accepted.append(record)
        queue.seen[source.name] = ingestion.seen
        queue.ranks[source.name] = nil
        try disk.syncDirectory(queue.layout.jobs)
        try disk.syncDirectory(queue.layout.staging)
        // Of a file that cannot be used the next line says so, when its job is published as failed.
        if record.failure == nil {
            logger.info(
                "job accepted",
                metadata: [
                    "job": "\(record.queue)/\(key)", "records": .stringConvertible(record.recordCount),
                    "bytes": .stringConvertible(content.bytes),
                ]
            )
        }
        try resumeAccepted(in: queue)
    }

    private func archiveDuplicate(
        of key: String,
        _ source: SourceName,
        _ ingestion: Ingestion,
        in queue: QueueKeeper
    ) throws {
        let target = try freeName(in: queue.layout.archive, stem: key + ".duplicate", ending: source.ending)
        try putAway(source, to: target, in: queue)
        tally.duplicates += 1
        let isHeld = try disk.status(of: queue.layout.held(key).record) != nil
        logger.notice(
            isHeld
                ? "duplicate archived; the job of this content is held, and 'batchd release' lets it go on"
                : "duplicate archived; its content was accepted before",
            metadata: ["job": "\(queue.layout.queue)/\(key)", "kept_as": "\(target)"]
        )
    }

    private func quarantineConflict(
        with key: String,
        _ source: SourceName,
        _ ingestion: Ingestion,
        in queue: QueueKeeper
    ) throws {
        let target = try freeName(in: queue.layout.quarantine, stem: source.stem + ".conflict", ending: source.ending)
        let note = QuarantineNote(
            name: source.name,
            code: "same_name",
            message: "job '\(key)' has this name and other content; drop the file under another name",
            at: Timestamp.iso8601(time.wallSeconds)
        )
        try disk.writeDurably(
            DocumentCoding.encode(note, indented: true),
            to: QuarantineNote.path(for: target)
        )
        try putAway(source, to: target, in: queue)
        noteQuarantine(note, keptAs: target, in: queue)
    }

    /// Moves a claimed file that becomes no job to where it is kept.
    private func putAway(_ source: SourceName, to target: FilePath, in queue: QueueKeeper) throws {
        try ClaimedSidecars.remove(for: source.name, in: queue.layout, on: disk)
        try disk.putAway(queue.layout.claimed.appending(source.name), to: target)
        try disk.removeTree(queue.layout.ingesting(source.name).directory)
        try release(source.name, in: queue)
    }
}
