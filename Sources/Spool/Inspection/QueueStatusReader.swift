import BatchCore
import SystemPackage

/// Reads the state of one queue.
struct QueueStatusReader {
    let inspector: QueueInspector
    /// What a running daemon says.
    let snapshot: StatusSnapshot?
    /// What the daemon said last, also where it has ended since.
    var lastSnapshot: StatusSnapshot?
    let rowsMaximum: Int
    let finishedMaximum: Int?

    /// The rows of a queue, by where they stand in the table.
    struct Rows {
        var active: [StatusReport.Job] = []
        var waiting: [StatusReport.Job] = []
        var finished: [StatusReport.Job] = []
        var failedCount = StatusReport.Count(0)
        var damaged: [String] = []
    }

    private var disk: any FileSystem { inspector.disk }
    private var layout: QueueLayout { inspector.layout }

    func read() throws -> (StatusReport.Queue, Rows) {
        var rows = Rows()
        let incoming = try readIncoming(&rows)
        let active = try readActive(&rows)
        let held = try readHeld(&rows)
        let quarantined = try readQuarantined(&rows)
        let finished = try readFinished(&rows)
        var queue = StatusReport.Queue(
            queue: layout.queue,
            incoming: incoming,
            active: active,
            finished: finished,
            held: held,
            quarantined: quarantined,
            duplicates: try duplicates(),
            failed: rows.failedCount,
            stopped: lastSnapshot?.stoppedQueues[layout.queue]
        )
        if !rows.damaged.isEmpty { queue.damaged = rows.damaged }
        return (queue, rows)
    }

    private func row(_ job: String, _ state: JobState) -> StatusReport.Job {
        StatusReport.Job(queue: layout.queue, job: job, state: state)
    }

    /// The names in a directory, which a queue that never ran may not have.
    private func names(in directory: FilePath, maximum: Int) throws -> [DirectoryEntry] {
        guard try disk.status(of: directory) != nil else { return [] }
        return try disk.entries(of: directory, maximum: maximum)
    }

    private func readIncoming(_ rows: inout Rows) throws -> StatusReport.Count {
        let entries: [DirectoryEntry]
        do {
            entries = try names(in: layout.incoming, maximum: StatusReader.countMaximum + 1)
        } catch let error as FileSystemError where error.isRefusal {
            // Senders' files are often nobody else's business; the rest can be shown all the same.
            return StatusReport.Count(0, more: true)
        }
        let waiting = entries.compactMap { entry -> (name: String, kind: FileKind)? in
            let name = IncomingName(bytes: entry.name.bytes, isDirectory: entry.kind == .directory)
            if case .job(let source) = name { return (source.name, entry.kind) } else { return nil }
        }
        let reasons = lastSnapshot?.waitingFiles?[layout.queue] ?? [:]
        rows.active += waiting.sorted { $0.name < $1.name }.prefix(rowsMaximum).map { name, kind in
            var row = row(name, .incoming)
            row.reason = kind == .directory ? directoryReason(name, said: reasons[name]) : reasons[name]
            return row
        }
        return count(waiting.count, seen: entries.count)
    }

    /// Why a directory is not taken: the disk says it with and without a daemon, and knows better than what one said.
    func directoryReason(_ name: String, said: String?) -> String? {
        let marker = layout.incoming.appending(name).appending(PublishedName.success)
        do throws(FileSystemError) {
            if try disk.status(of: marker) == nil { return WaitingFile.directoryReason }
            return said == WaitingFile.directoryReason ? nil : said
        } catch {
            return said
        }
    }

    private func readActive(_ rows: inout Rows) throws -> StatusReport.Count {
        let claimed = try names(in: layout.claimed, maximum: StatusReader.countMaximum + 1)
        let jobs = try names(in: layout.jobs, maximum: StatusReader.countMaximum + 1).map(\.name.string).sorted()
        var sources: Set<String> = []
        for key in jobs.prefix(rowsMaximum) {
            // It may be published at this very moment; the next status shows it.
            guard let job = try job(key) else { continue }
            rows.active.append(job.row)
            sources.insert(job.source)
        }
        var unread: [String] = []
        for entry in claimed {
            let name = IncomingName(bytes: entry.name.bytes, isDirectory: entry.kind == .directory)
            if case .job(let source) = name, !sources.contains(source.name) { unread.append(source.name) }
        }
        // Beyond the jobs that were looked into, a claimed file may be the source of any.
        if jobs.count > rowsMaximum { unread.removeAll() }
        for name in unread.sorted().prefix(rowsMaximum) {
            let isRead = try disk.status(of: layout.ingesting(name).directory) != nil
            var row = row(name, isRead ? .reading : .claimed)
            row.reason = lastSnapshot?.waitingFiles?[layout.queue]?[name]
            rows.active.append(row)
        }
        return count(jobs.count + unread.count, seen: max(claimed.count, jobs.count))
    }

    /// Describes a job under way, and names the claimed file it was read from.
    func job(_ key: String) throws -> (row: StatusReport.Job, source: String)? {
        guard let job = try inspector.running(key),
            let record = try? JobFiles.record(at: layout.job(key).record, on: disk)
        else { return nil }
        let live = snapshot?.jobs.first { $0.job == JobName(queue: layout.queue, key: key) }
        var row = row(key, job.state)
        row.done = max(live?.done ?? 0, job.done)
        row.total = job.total
        row.errors = live?.errors ?? job.errors
        row.model = job.model?.reference
        row.recordsPerSecond = live?.recordsPerSecond
        if let rate = row.recordsPerSecond, rate > 0, let done = row.done {
            row.etaSeconds = Double(job.total - done) / rate
        }
        return (row, record.source)
    }

    private func readHeld(_ rows: inout Rows) throws -> StatusReport.Count {
        let entries = try names(in: layout.hold, maximum: StatusReader.countMaximum + 1)
        let keys = try entries.filter(inspector.isHeldJob).map(\.name.string).sorted()
        for key in keys.prefix(rowsMaximum) {
            guard let job = try? RunningJobSummary(job: layout.held(key), disk: disk) else { continue }
            var row = row(key, .held)
            row.done = job.done
            row.total = job.total
            row.errors = job.errors
            row.model = job.model?.reference
            let isWanted = try HoldReason(of: layout.held(key), on: disk)?.code == JobControl.heldByOperator
            row.reason =
                "\(try inspector.holdReason(of: key)); it is '\(layout.held(key).directory)'"
                + (isWanted ? "" : "; mend the cause, then: batchd release \(layout.queue)/\(key)")
            rows.waiting.append(row)
        }
        return count(keys.count, seen: entries.count)
    }

    private func readQuarantined(_ rows: inout Rows) throws -> StatusReport.Count {
        guard try disk.status(of: layout.quarantine) != nil else { return StatusReport.Count(0) }
        let maximum = StatusReader.countMaximum + 1
        let entries = try disk.entries(of: layout.quarantine, maximum: maximum)
        let notes = try inspector.quarantineNotes(maximum: maximum)
        for quarantined in notes.suffix(rowsMaximum) {
            var row = row(quarantined.note.name, .quarantined)
            row.reason = inspector.reason(quarantined)
            rows.waiting.append(row)
        }
        return count(notes.count, seen: entries.count)
    }

    private func readFinished(_ rows: inout Rows) throws -> StatusReport.Count {
        let entries = try names(in: layout.done, maximum: StatusReader.archiveMaximum)
            .map(\.name.string).filter { !$0.hasPrefix(".") }
        var dated: [(seconds: Double, key: String)] = []
        for key in entries {
            guard let status = try disk.status(of: layout.done(key)) else { continue }
            dated.append((status.modifiedSeconds, key))
        }
        dated.sort { $0 < $1 }
        let shown = min(finishedMaximum ?? .max, dated.count)
        let newest = dated.suffix(shown).compactMap { entry in
            finished(entry.key, &rows).map { (entry.seconds, $0) }
        }
        // A night's failures are shown also where many jobs went well after them.
        let since = SystemTimeSource().wallSeconds - StatusReader.recentSeconds
        let recent = dated.dropLast(shown).filter { $0.seconds >= since }
        let failed = recent.suffix(StatusReader.recentMaximum).compactMap { finished($0.key, &rows) }
            .filter { $0.state == .failed }
        let shownFailed = newest.count { $0 >= since && $1.state == .failed }
        rows.finished = failed.suffix(rowsMaximum) + newest.map(\.1)
        rows.failedCount = StatusReport.Count(
            failed.count + shownFailed,
            more: recent.count > StatusReader.recentMaximum
        )
        let readable = entries.count - rows.damaged.count
        return StatusReport.Count(readable, more: entries.count >= StatusReader.archiveMaximum)
    }

    /// Describes a finished job; nil where its record is damaged, which is noted, or has gone meanwhile.
    private func finished(_ key: String, _ rows: inout Rows) -> StatusReport.Job? {
        let done: DoneRecord
        do {
            done = try JobFiles(disk: disk, layout: layout).done(key)
        } catch {
            let isGone = (error as? FileSystemError)?.errno == .noSuchFileOrDirectory
            if !isGone { rows.damaged.append(key) }
            return nil
        }
        var row = row(key, done.outcome == .success ? .done : .failed)
        row.done = done.metrics.records.answered + done.metrics.records.failed
        row.total = done.metrics.records.read
        row.errors = done.metrics.records.failed
        row.recordsPerSecond = done.metrics.recordsPerSecond
        row.model = done.metrics.model?.reference
        row.finishedAt = done.metrics.finishedAt
        if let failure = done.metrics.failure {
            row.reason = "\(failure.code): \(failure.message)"
            let kept = layout.quarantine.appending(done.keptAs)
            if (try? disk.status(of: kept)) != .some(nil) {
                let isSentence = row.reason?.hasSuffix(".") == true
                row.reason? += isSentence ? " Its input is '\(kept)'." : "; its input is '\(kept)'"
            }
        }
        return row
    }

    private func duplicates() throws -> StatusReport.Count {
        let entries = try names(in: layout.archive, maximum: StatusReader.archiveMaximum)
        let duplicates = try entries.count(where: inspector.isDuplicate)
        return StatusReport.Count(duplicates, more: entries.count >= StatusReader.archiveMaximum)
    }

    private func count(_ count: Int, seen: Int) -> StatusReport.Count {
        let more = seen > StatusReader.countMaximum
        return StatusReport.Count(more ? min(count, StatusReader.countMaximum) : count, more: more)
    }
}
