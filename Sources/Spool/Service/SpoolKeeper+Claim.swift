import BatchCore
import Logging
import SystemPackage

extension SpoolKeeper {
    /// Entries of `incoming/` that are looked at in one turn; the rest has its turn when these are claimed.
    static let entriesPerTurnMaximum = 16_384

    /// Claims what is ready, within the number of jobs that may be active.
    func claim(in queue: QueueKeeper, arrivals: Set<String>) throws {
        queue.hasIncoming = false
        queue.nextLook = nil
        guard !queue.isClosed else { return }
        let entries = try disk.entries(of: queue.layout.incoming, maximum: Self.entriesPerTurnMaximum)
        if entries.isEmpty { return }
        let names = Set(entries.map(\.name))
        for entry in entries.sorted(by: { $0.name.string < $1.name.string }) {
            let name = IncomingName(bytes: entry.name.bytes, isDirectory: entry.kind == .directory)
            switch name {
            case .unfinished, .sidecar: continue
            case .unusable(let reason): try quarantine(entry, in: queue, reason: reason)
            case .job(let source):
                queue.hasIncoming = true
                try claim(source, entry, names: names, arrivals: arrivals, in: queue)
            }
            if pause != nil { return }
        }
    }

    private func claim(
        _ source: SourceName,
        _ entry: DirectoryEntry,
        names: Set<FilePath.Component>,
        arrivals: Set<String>,
        in queue: QueueKeeper
    ) throws {
        guard queue.activeSources.count < Self.activeJobsPerQueueMaximum else { return }
        guard !queue.activeSources.contains(source.name) else { return }
        guard try hasRoom() else {
            let look = time.monotonicSeconds + PauseLimits.retrySeconds
            queue.nextLook = min(queue.nextLook ?? look, look)
            return
        }
        let readiness = IncomingReadiness(disk: disk, layout: queue.layout, time: time)
        let settings = queue.configuration.values
        switch try readiness.check(source, entry, names: names, arrived: arrivals.contains(source.name), settings) {
        case .waits(let seconds):
            let look = time.monotonicSeconds + seconds
            queue.nextLook = min(queue.nextLook ?? look, look)
        case .gone: return
        case .ready: try take(source, names: names, in: queue)
        }
    }

    private func take(_ source: SourceName, names: Set<FilePath.Component>, in queue: QueueKeeper) throws {
        do throws(FileSystemError) {
            try disk.rename(
                queue.layout.incoming.appending(source.name),
                to: queue.layout.claimed.appending(source.name),
                replacing: false
            )
        } catch {
            // Another drop of that name is under way, or the sender took it back.
            if error.errno == .fileExists || error.errno == .noSuchFileOrDirectory { return }
            throw error
        }
        queue.unread.insert(source.name)
        queue.activeSources.insert(source.name)
    }

    /// Whether the disk has room for more work. What is under way goes on below the watermark too: it ends, and its
    /// results are collected.
    private func hasRoom() throws -> Bool {
        let space = try disk.space()
        if space.bytes >= minimumFreeBytes && space.inodes >= PauseLimits.inodesMinimum {
            if claimHold != nil { logger.notice("claiming again; there is room") }
            claimHold = nil
            return true
        }
        if claimHold == nil {
            let reason =
                "\(space.bytes) bytes and \(space.inodes) inodes are free, "
                + "minimum_free_bytes is \(minimumFreeBytes)"
            claimHold = reason
            logger.error("claiming nothing until there is room; make room", metadata: ["reason": "\(reason)"])
        }
        return false
    }

    /// Sets aside what can never be a job, under a name of our own.
    private func quarantine(_ entry: DirectoryEntry, in queue: QueueKeeper, reason: String) throws {
        let digest = ContentHash.hexadecimal(of: entry.name.bytes).prefix(12)
        let target = try freeName(in: queue.layout.quarantine, stem: "unusable.\(digest)")
        let note = QuarantineNote(
            name: String(decoding: entry.name.bytes, as: UTF8.self),
            code: "unusable_name",
            message: reason + "; rename it and drop it again",
            at: Timestamp.iso8601(time.wallSeconds)
        )
        try disk.writeDurably(
            DocumentCoding.encode(note, indented: true),
            to: FilePath(target.string + QuarantineNote.ending)
        )
        try disk.moveDurably(queue.layout.incoming.appending(entry.name), to: target)
        tally.quarantined += 1
        observer.setAside(queue: queue.layout.queue, code: note.code)
        logger.warning(
            "file quarantined",
            metadata: ["queue": "\(queue.layout.queue)", "kept_as": "\(target)", "reason": "\(reason)"]
        )
    }

    /// A path that is not taken, `stem` or `stem.2`, `stem.3` and so on.
    func freeName(in directory: FilePath, stem: String, ending: String = "") throws -> FilePath {
        var number = 1
        while true {
            let suffix = number == 1 ? "" : ".\(number)"
            let path = directory.appending(stem + suffix + ending)
            if try disk.status(of: path) == nil { return path }
            number += 1
        }
    }
}

/// Says beside a quarantined file why it is there.
struct QuarantineNote: Codable, Equatable {
    /// What follows the file's name in that of the note.
    static let ending = ".reason.json"
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
