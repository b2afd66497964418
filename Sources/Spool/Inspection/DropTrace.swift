import BatchCore
import SystemPackage

/// Follows what was dropped under a name to the job that it becomes, whatever key that gets.
///
/// What becomes of a file is known once it was read: a second file of a name becomes `NAME.<hash>`, an errors file
/// `KEY.replay1`, a duplicate no job at all. What is there when the trace begins was dropped before.
public struct DropTrace {
    private let disk: any FileSystem
    private let layout: QueueLayout
    private let inspector: QueueInspector
    /// The names under which it can have been dropped.
    private let sources: Set<String>
    private let stem: String
    /// Names in the directories where an end shows that are none of its.
    private var former: [FilePath: Set<String>] = [:]

    /// Begins to follow what waits under a name, or comes under it from now on.
    ///
    /// - Parameters:
    ///   - name: The name that was dropped, with its ending or without.
    ///   - disk: The root.
    ///   - queue: The queue's name.
    /// - Throws: `FileSystemError`.
    public init(of name: String, on disk: any FileSystem, queue: String) throws {
        self.disk = disk
        layout = QueueLayout(queue: queue)
        inspector = QueueInspector(disk: disk, queue: queue)
        sources = Set(IncomingName.jobEndings.map { name + $0 })
        stem = IncomingName.jobEndings.lazy.compactMap { name.removing(suffix: $0) }.first ?? name
        for directory in [layout.done, layout.hold, layout.quarantine, layout.archive] {
            former[directory] = Set(try names(in: directory))
        }
    }

    /// Where a file of the name waits, or is read; nil where none does.
    ///
    /// - Throws: `FileSystemError`.
    public func waiting() throws -> JobState? {
        for source in sources.sorted() {
            if try inspector.incomingStatus(of: source) != nil { return .incoming }
            guard try disk.status(of: layout.claimed.appending(source)) != nil else { continue }
            return try disk.status(of: layout.ingesting(source).directory) != nil ? .reading : .claimed
        }
        return nil
    }

    /// What became of it by now.
    ///
    /// - Returns: Nil where nothing of the name is there that was not there before.
    /// - Throws: `FileSystemError`.
    public mutating func arrival() throws -> Arrival? {
        for _ in 0..<2 {
            // In the direction in which files go; one that was moved on between two questions is seen the second time.
            if let job = try running() { return job }
            if let state = try waiting() { return Arrival(atSeconds: .infinity, .underWay(state, key: stem)) }
            if let end = try freshEnd() { return end }
        }
        return nil
    }

    /// What became of the last file of the name, whenever it was dropped; a duplicate is a file as well.
    ///
    /// - Returns: Nil where nothing is known of any.
    /// - Throws: `FileSystemError`.
    public func lastArrival() throws -> Arrival? {
        let job = try running()
        let finished = try names(in: layout.done).filter(isOfName)
        let ended = try newest(
            finished,
            names(in: layout.hold),
            Set(names(in: layout.quarantine)),
            copies: names(in: layout.archive)
        )
        return [job, ended].compactMap(\.self).max { $0.atSeconds < $1.atSeconds }
    }

    private func running() throws -> Arrival? {
        // A record can be large, and the likely ones are looked at first.
        let keys = try names(in: layout.jobs)
        for keys in [keys.filter(isOfName), keys.filter { !isOfName($0) }] {
            let arrivals = try keys.compactMap { key -> Arrival? in
                guard let record = try record(layout.job(key)), sources.contains(record.source),
                    let job = try inspector.running(key)
                else { return nil }
                return Arrival(atSeconds: record.acceptedWallSeconds, .underWay(job.state, key: key))
            }
            if let last = arrivals.max(by: { $0.atSeconds < $1.atSeconds }) { return last }
        }
        return nil
    }

    private mutating func freshEnd() throws -> Arrival? {
        let directories = [layout.done, layout.hold, layout.quarantine]
        let copies = try names(in: layout.archive).filter { former[layout.archive]?.contains($0) != true }
        let fresh = try directories.map { directory in
            try names(in: directory).filter { former[directory]?.contains($0) != true }
        }
        if let end = try newest(fresh[0], fresh[1], Set(fresh[2]), copies: copies) { return end }
        for (directory, names) in zip(directories, fresh) { former[directory]?.formUnion(names) }
        return nil
    }

    /// The newest arrival of a file of the name, among these names in `done/`, `hold/`, `quarantine/` and `archive/`.
    private func newest(
        _ finished: [String],
        _ held: [String],
        _ quarantined: Set<String>,
        copies: [String]
    ) throws -> Arrival? {
        var arrivals = try copies.compactMap(duplicate)
        for key in finished {
            let done = try JobFiles(disk: disk, layout: layout).done(key)
            guard sources.contains(done.source) else { continue }
            let at = done.metrics.acceptedWallSeconds ?? done.metrics.finishedWallSeconds ?? 0
            arrivals.append(Arrival(atSeconds: at, .published(done)))
        }
        for key in held where !key.contains(".input") {
            guard let record = try record(layout.held(key)), sources.contains(record.source) else { continue }
            let standing = JobStanding.held(key: key, reason: try inspector.holdReason(of: key))
            arrivals.append(Arrival(atSeconds: record.acceptedWallSeconds, standing))
        }
        let notes = quarantined.isEmpty ? [] : try inspector.quarantineNotes(maximum: .max)
        for note in notes where sources.contains(note.note.name) {
            guard let name = note.path.lastComponent?.string, quarantined.contains(name) else { continue }
            let at = Timestamp.wallSeconds(note.note.at) ?? 0
            arrivals.append(Arrival(atSeconds: at, .quarantined(reason: inspector.reason(note))))
        }
        return arrivals.max { $0.atSeconds < $1.atSeconds }
    }

    /// Whether a key is one that a file of the name can have got; an errors file has its key from another job.
    private func isOfName(_ key: String) -> Bool {
        key == stem || key.hasPrefix(stem + ".") || KeyOrigin(of: key)?.kind == .replay
    }

    /// The arrival that a file in `archive/` is the duplicate of; nil where it is of another name, or no duplicate.
    private func duplicate(_ name: String) throws -> Arrival? {
        guard let copy = ArchivedDuplicate(name: name), isOfName(copy.key),
            // A job may be called so itself.
            try disk.status(of: layout.done(copy.stem)) == nil,
            let standing = try inspector.known(copy.key), isOfName(copy, of: standing),
            let file = try disk.status(of: layout.archive.appending(name))
        else { return nil }
        // The rename into `archive/` was the last that batchd did to it.
        return Arrival(atSeconds: file.changedSeconds, standing, isDuplicate: true)
    }

    /// Whether a duplicate was dropped under the name. It is kept under the key of the job that has its content: that
    /// of a first file, a version or a repetition tells the name, that of an errors file only with its job.
    private func isOfName(_ copy: ArchivedDuplicate, of standing: JobStanding) -> Bool {
        var key = copy.key
        while key != stem, let origin = KeyOrigin(of: key), origin.kind != .replay { key = origin.key }
        if key == stem { return sources.contains(stem + copy.ending) }
        guard case .published(let done) = standing else { return false }
        return sources.contains(done.source)
    }

    /// A job's record; nil where it is no job, or moved on at this very moment.
    private func record(_ job: JobLayout) throws -> JobRecord? {
        guard try disk.status(of: job.record) != nil else { return nil }
        do {
            return try JobFiles.record(at: job.record, on: disk)
        } catch let error as FileSystemError where error.errno == .noSuchFileOrDirectory {
            return nil
        }
    }

    /// The names in a directory; none where it is missing, or may not be looked into.
    private func names(in directory: FilePath) throws -> [String] {
        do throws(FileSystemError) {
            return try disk.entries(of: directory, maximum: .max).map(\.name.string).filter { !$0.hasPrefix(".") }
        } catch {
            guard error.isRefusal || error.errno == .noSuchFileOrDirectory else { throw error }
            return []
        }
    }
}
