public import BatchCore
public import SystemPackage

/// Finds what a queue has kept for longer than its rules say; reads only.
///
/// `claimed/`, `jobs/`, `staging/` and `incoming/` are not looked at, except for whether a job is still in them.
public struct SweepPlan {
    private let disk: any FileSystem
    private let layout: QueueLayout
    private let rules: RetentionRules
    private let now: Double
    /// When jobs finished, by key and by the name that their input is kept under.
    private var finished: [String: Double] = [:]
    private var keptAs: [String: String] = [:]
    private var finishedByInput: [String: Double] = [:]
    /// The first record that cannot be read; whose inputs and results are left is then not known.
    private var unreadable: SweepFailure?

    /// Reads the records of the queue's jobs.
    ///
    /// - Parameters:
    ///   - disk: The root.
    ///   - queue: The queue.
    ///   - rules: How long things are kept.
    ///   - time: The clock that ages are counted by.
    /// - Throws: `FileSystemError`.
    public init(
        disk: any FileSystem,
        queue: String,
        rules: RetentionRules,
        time: any TimeSource
    ) throws(FileSystemError) {
        self.disk = disk
        layout = QueueLayout(queue: queue)
        self.rules = rules
        now = time.wallSeconds
        var unreadable: [SweepFailure] = []
        let files = JobFiles(disk: disk, layout: layout)
        for key in try files.doneKeys().sorted() {
            do {
                try note(files.done(key))
            } catch let error as FileSystemError {
                // One that was removed since says nothing, and needs nothing.
                if error.errno != .noSuchFileOrDirectory { unreadable.append(SweepFailure(layout.done(key), error)) }
            } catch {
                let path = layout.done(key)
                let broken = FileSystemError(operation: FileSystemError.unseal, path: path, errno: .ioError)
                unreadable.append(SweepFailure(path, broken))
            }
        }
        self.unreadable = unreadable.first
        let others = unreadable.count - 1
        self.unreadable?.reason +=
            (others > 0 ? "; so it is with \(others) more" : "")
            + "; until then inputs stay that belong to no job whose record can be read"
    }

    private mutating func note(_ done: DoneRecord) throws(FileSystemError) {
        let key = done.job.key
        guard let seconds = done.metrics.finishedWallSeconds else {
            throw FileSystemError(operation: FileSystemError.unseal, path: layout.done(key), errno: .ioError)
        }
        finished[key] = seconds
        keptAs[key] = done.keptAs
        finishedByInput[done.keptAs] = seconds
    }

    /// All that may go, place by place, by path.
    ///
    /// - Returns: What was found; records of jobs last, since they go last.
    public func findings() -> SweepFindings {
        var findings = SweepFindings()
        if let unreadable { findings.failures.append(unreadable) }
        inputs(.archive, layout.archive, &findings)
        inputs(.quarantine, layout.quarantine, &findings)
        held(&findings)
        results(&findings)
        let records = records(without: Set(findings.items.map(\.filePath)))
        findings.items += records.items
        findings.failures += records.failures
        return findings
    }

    /// Records of jobs of which nothing else is left.
    ///
    /// - Parameter gone: What counts as removed.
    /// - Returns: What was found, by path.
    public func records(without gone: Set<FilePath> = []) -> SweepFindings {
        var findings = SweepFindings()
        for (key, seconds) in finished.sorted(by: { $0.key < $1.key }) {
            findings.add(layout.done(key)) { () throws(FileSystemError) -> SweepItem? in
                guard let item = try item(.done, layout.done(key), seconds, "the job's end") else { return nil }
                let input = keptAs[key] ?? ""
                let further = [
                    layout.published(key), layout.archive.appending(input), layout.quarantine.appending(input),
                    layout.held(key).directory, layout.job(key).directory,
                ]
                // Whoever looks at what is left of a job must still find what it was.
                for path in further where !gone.contains(path) {
                    if try disk.status(of: path) != nil { return nil }
                }
                return item
            }
        }
        return findings
    }

    /// Inputs, by the end of their jobs; what belongs to no known job, by when it was written or set aside, where all
    /// jobs are known.
    private func inputs(_ place: SweepItem.Place, _ directory: FilePath, _ findings: inout SweepFindings) {
        let names = names(in: directory, &findings)
        let known = Set(names)
        for name in names {
            let path = directory.appending(name)
            findings.add(path) { () throws(FileSystemError) -> SweepItem? in
                if name.hasSuffix(QuarantineNote.ending) {
                    // The note about a file goes with the file; one without is what a kill in between has left.
                    let file = String(name.dropLast(QuarantineNote.ending.count))
                    return known.contains(file) ? nil : try item(place, path, nil, "its time")
                }
                if let seconds = finishedByInput[name] { return try item(place, path, seconds, "the job's end") }
                if let seconds = try noted(path) { return try item(place, path, seconds, "its quarantine") }
                // It may be of a job that finished today: its sender's time says nothing of that.
                if unreadable != nil { return nil }
                return try item(place, path, nil, "its time")
            }
        }
    }

    /// When a file was quarantined, as the note beside it says.
    private func noted(_ path: FilePath) throws(FileSystemError) -> Double? {
        let note = QuarantineNote.path(for: path)
        guard try disk.status(of: note)?.kind == .regular,
            let bytes = try? disk.readFile(note, bytesMaximum: QuarantineNote.bytesMaximum),
            let content = try? DocumentCoding.decode(QuarantineNote.self, from: bytes)
        else { return nil }
        return Timestamp.wallSeconds(content.at)
    }

    /// Held jobs with their inputs, by the time at which batchd wrote why.
    private func held(_ findings: inout SweepFindings) {
        let names = names(in: layout.hold, &findings)
        let known = Set(names)
        for name in names {
            let path = layout.hold.appending(name)
            findings.add(path) { () throws(FileSystemError) -> SweepItem? in
                if let key = Self.owner(ofInput: name) {
                    // The input goes before its job; while the job runs on from its own copy, it stays.
                    if known.contains(key) { return nil }
                    if try disk.status(of: layout.job(key).directory) != nil { return nil }
                }
                let isJob = try disk.status(of: path)?.kind == .directory
                let reason = path.appending(HoldReason.fileName)
                let seconds = isJob ? try disk.status(of: reason)?.modifiedSeconds : nil
                return try item(.hold, path, seconds, seconds == nil ? "its time" : "the hold")
            }
        }
    }

    /// The key of the job whose input lies in `hold/` under this name; nil where it is no input.
    static func owner(ofInput name: String) -> String? {
        guard let cut = name.ranges(of: ".input").last else { return nil }
        let ending = String(name[cut.upperBound...])
        return ending.isEmpty || IncomingName.jobEndings.contains(ending) ? String(name[..<cut.lowerBound]) : nil
    }

    /// Results of jobs that are known; what else lies in the outbox is not batchd's.
    private func results(_ findings: inout SweepFindings) {
        for key in names(in: layout.outbox, &findings) {
            guard let seconds = finished[key] else { continue }
            findings.add(layout.published(key)) { () throws(FileSystemError) -> SweepItem? in
                try item(.outbox, layout.published(key), seconds, "the job's end")
            }
        }
    }

    private func item(
        _ place: SweepItem.Place,
        _ path: FilePath,
        _ since: Double?,
        _ words: String
    ) throws(FileSystemError) -> SweepItem? {
        guard let limit = rules.period(of: place).days, let status = try disk.status(of: path) else { return nil }
        let seconds = now - (since ?? status.modifiedSeconds)
        let days = Int((seconds / 86_400).rounded(.down))
        guard days >= limit else { return nil }
        return SweepItem(
            queue: layout.queue,
            place: place,
            path: path,
            bytes: try disk.treeBytes(of: path, status),
            ageDays: days,
            keptDays: limit,
            since: words,
            status: status
        )
    }

    private func names(in directory: FilePath, _ findings: inout SweepFindings) -> [String] {
        do throws(FileSystemError) {
            return try names(in: directory)
        } catch {
            findings.failures.append(SweepFailure(directory, error))
            return []
        }
    }

    private func names(in directory: FilePath) throws(FileSystemError) -> [String] {
        guard try disk.status(of: directory) != nil else { return [] }
        return try disk.entries(of: directory, maximum: .max).map(\.name.string).filter { !$0.hasPrefix(".") }.sorted()
    }
}
