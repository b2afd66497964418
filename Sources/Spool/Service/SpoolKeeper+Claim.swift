import BatchCore
import Logging
import SystemPackage

extension SpoolKeeper {
    /// Claims an entry of `incoming/`, where it is complete.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - look: What is known of the others.
    ///   - queue: Its queue.
    /// - Throws: `FileSystemError`, where that is no fault of the entry's sender.
    func claim(_ entry: DirectoryEntry, _ look: inout IncomingLook, in queue: QueueKeeper) throws {
        do {
            let remains =
                switch IncomingName(bytes: entry.name.bytes, isDirectory: entry.kind == .directory) {
                case .unfinished, .sidecar: false
                case .unusable(let reason): try quarantineIfComplete(entry, &look, in: queue, reason: reason)
                case .job(let source): try claim(source, entry, &look, in: queue)
                }
            if remains { queue.hasIncoming = true }
        } catch let error as FileSystemError {
            try pardon(error, on: entry, in: queue)
        }
    }

    /// Goes on where the sender has taken an entry back, put something else in its place, or keeps it from being
    /// moved: that is no fault of the disk.
    private func pardon(_ error: FileSystemError, on entry: DirectoryEntry, in queue: QueueKeeper) throws {
        let path = queue.layout.incoming.appending(entry.name)
        guard error.path.starts(with: path) else { throw error }
        if error.isReplacement {
            // Without the directory that it was to be moved to, no next look would be any better.
            for target in [queue.layout.claimed, queue.layout.quarantine] where try disk.status(of: target) == nil {
                throw error
            }
            if try disk.status(of: path) == nil { return }
            queue.hasIncoming = true
            return queue.look(inSeconds: IncomingReadiness.writerRetrySeconds, now: time.monotonicSeconds)
        }
        guard error.isRefusal else { throw error }
        refuse(entry.name, because: error, in: queue)
    }

    /// Leaves an entry of `incoming/` where it is, and says so once.
    private func refuse(_ name: FilePath.Component, because error: FileSystemError, in queue: QueueKeeper) {
        guard queue.refused.insert(name).inserted else { return }
        tally.quarantined += 1
        observer.setAside(queue: queue.layout.queue, code: "not_permitted")
        logger.error(
            "file left in incoming/; give batchd's user permission to read and move it (a directory: chmod g+w)",
            metadata: ["path": "\(queue.layout.incoming.appending(name))", "reason": "\(error)"]
        )
    }

    /// Claims a job file that is complete.
    ///
    /// - Returns: Whether it stays in `incoming/` for now.
    private func claim(
        _ source: SourceName,
        _ entry: DirectoryEntry,
        _ look: inout IncomingLook,
        in queue: QueueKeeper
    ) throws -> Bool {
        guard !queue.activeSources.contains(source.name) else { return true }
        guard try hasRoom() else {
            queue.look(inSeconds: PauseLimits.retrySeconds, now: time.monotonicSeconds)
            return true
        }
        let answer = try IncomingReadiness(disk: disk, layout: queue.layout, time: time).check(
            source,
            entry,
            names: look.names,
            arrived: look.arrivals.contains(source.name),
            queue.configuration.values,
            &queue.sightings
        )
        switch answer {
        case .waits(let seconds):
            noteWait(of: entry, &look, in: queue)
            queue.look(inSeconds: seconds, now: time.monotonicSeconds)
            return true
        case .gone: return false
        case .ready: return try take(source, in: queue)
        }
    }

    private func take(_ source: SourceName, in queue: QueueKeeper) throws -> Bool {
        do throws(FileSystemError) {
            try disk.rename(
                queue.layout.incoming.appending(source.name),
                to: queue.layout.claimed.appending(source.name),
                replacing: false
            )
        } catch {
            guard error.errno == .fileExists, let name = FilePath.Component(source.name) else { throw error }
            // The last one of that name could not be put away, and its log line says what to do.
            refuse(name, because: error, in: queue)
            return false
        }
        queue.hasUnsettledClaims = true
        queue.unread.insert(source.name)
        queue.activeSources.insert(source.name)
        FilePath.Component(source.name).map { _ = queue.waiting.removeValue(forKey: $0) }
        return false
    }

    /// Whether the disk has room for more work. What is under way goes on below the watermark too: it ends, and its
    /// results are collected.
    private func hasRoom() throws -> Bool {
        let space = try disk.space()
        if space.bytes >= minimumFreeBytes && space.inodes >= PauseLimits.inodesMinimum {
            if claimHold != nil {
                restoreBallast()
                logger.notice("claiming again; there is room")
            }
            claimHold = nil
            return true
        }
        if claimHold == nil {
            let reason =
                "\(space.inWords) are free, minimum_free_bytes is \(minimumFreeBytes.bytesInWords), "
                + "\(PauseLimits.inodesMinimum) inodes are wanted; make room on the file system of the root"
            claimHold = reason
            logger.error("claiming nothing until there is room", metadata: ["reason": "\(reason)"])
        }
        return false
    }

    /// Sets aside what can never be a job, once nobody writes it any more.
    ///
    /// - Returns: Whether it stays in `incoming/` for now.
    private func quarantineIfComplete(
        _ entry: DirectoryEntry,
        _ look: inout IncomingLook,
        in queue: QueueKeeper,
        reason: String
    ) throws -> Bool {
        if queue.refused.contains(entry.name) { return false }
        let readiness = IncomingReadiness(disk: disk, layout: queue.layout, time: time)
        switch try readiness.checkUnusable(entry, queue.configuration.values, &queue.sightings) {
        case .waits(let seconds):
            noteWait(of: entry, &look, in: queue)
            queue.look(inSeconds: seconds, now: time.monotonicSeconds)
            return true
        case .gone: return false
        case .ready:
            let path = queue.layout.incoming.appending(entry.name)
            try quarantine(path, in: queue, reason: reason + "; rename it and drop it again")
            return false
        }
    }

    /// Sets aside under a name of our own what no job can be called.
    ///
    /// - Parameters:
    ///   - path: Where it lies.
    ///   - queue: Its queue.
    ///   - reason: What is wrong with it, and what to do.
    /// - Throws: `FileSystemError`.
    func quarantine(_ path: FilePath, in queue: QueueKeeper, reason: String) throws {
        let name = path.lastComponent?.bytes ?? []
        let digest = ContentHash.hexadecimal(of: name).prefix(12)
        let target = try freeName(in: queue.layout.quarantine, stem: "unusable.\(digest)")
        let note = QuarantineNote(
            name: String(decoding: name, as: UTF8.self),
            code: "unusable_name",
            message: reason,
            at: Timestamp.iso8601(time.wallSeconds)
        )
        let notePath = QuarantineNote.path(for: target)
        try disk.writeDurably(DocumentCoding.encode(note, indented: true), to: notePath)
        do throws(FileSystemError) {
            try disk.rename(path, to: target, replacing: false)
        } catch {
            try? disk.removeFile(notePath)
            throw error
        }
        try disk.syncDirectory(queue.layout.quarantine)
        try disk.syncDirectory(path.removingLastComponent())
        noteQuarantine(note, keptAs: target, in: queue)
    }

    /// Tells the world of a file that became no job.
    func noteQuarantine(_ note: QuarantineNote, keptAs target: FilePath, in queue: QueueKeeper) {
        tally.quarantined += 1
        observer.setAside(queue: queue.layout.queue, code: note.code)
        logger.warning(
            "file quarantined",
            metadata: [
                "queue": "\(queue.layout.queue)", "file": "\(note.name)", "kept_as": "\(target)",
                "reason": "\(note.code): \(note.message)",
            ]
        )
    }

    /// A path that is not taken, `stem` or `stem.2`, `stem.3` and so on, and where a note can be written beside it.
    func freeName(in directory: FilePath, stem: String, ending: String = "") throws -> FilePath {
        var number = 1
        while true {
            let suffix = number == 1 ? "" : ".\(number)"
            let path = directory.appending(stem + suffix + ending)
            // A directory that was dropped under the note's name and failed may be kept there.
            let note = try disk.status(of: QuarantineNote.path(for: path))
            if try disk.status(of: path) == nil && (note?.kind ?? .regular) == .regular { return path }
            number += 1
        }
    }
}

/// Says beside a quarantined file why it is there.
struct QuarantineNote: Codable, Equatable {
    /// What follows the file's name in that of the note.
    static let ending = ".reason.json"
    /// Where the note about a file lies.
    static func path(for file: FilePath) -> FilePath { FilePath(file.string + ending) }
    /// The largest note that is read, in bytes.
    static let bytesMaximum = 1 << 20

    /// The name it was dropped under.
    var name: String
    /// A stable word.
    var code: String
    /// A sentence.
    var message: String
    /// When, ISO 8601 in UTC.
    var at: String
}
