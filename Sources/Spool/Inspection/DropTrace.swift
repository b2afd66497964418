import BatchCore
import SystemPackage

/// Follows what was dropped under a name to the job that it becomes, whatever key that gets.
///
/// What becomes of a file is known once it was read: a second file of a name becomes `NAME.<hash>`, an errors file
/// `KEY.replay1`, a duplicate no job at all. What is there when the trace begins was dropped before.
public struct DropTrace {
    private let disk: any FileSystem
    private let layout: QueueLayout
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
            if try disk.status(of: layout.incoming.appending(source)) != nil { return .incoming }
            guard try disk.status(of: layout.claimed.appending(source)) != nil else { continue }
            return try disk.status(of: layout.ingesting(source).directory) != nil ? .reading : .claimed
        }
        return nil
    }

    /// Where it stands by now.
    ///
    /// - Returns: Nil where nothing of the name is there that was not there before.
    /// - Throws: `FileSystemError`.
    public mutating func standing() throws -> JobStanding? {
        for _ in 0..<2 {
            // In the direction in which files go; one that was moved on between two questions is seen the second time.
            if let job = try running() { return job }
            if let state = try waiting() { return .underWay(state, key: stem) }
            if let end = try freshEnd() { return end }
        }
        return nil
    }

    /// Where the last file of the name stands, whenever it was dropped.
    ///
    /// - Returns: Nil where nothing is known of any.
    /// - Throws: `FileSystemError`.
    public func lastStanding() throws -> JobStanding? {
        if let job = try running() { return job }
        let finished = try names(in: layout.done).filter(isOfName)
        return try newest(finished, try names(in: layout.hold), Set(try names(in: layout.quarantine)))
    }

    /// Whether a job was finished before the trace began, so that a file that leads to it was a duplicate.
    public func isFormer(_ key: String) -> Bool { former[layout.done]?.contains(key) == true }

    private func running() throws -> JobStanding? {
        // A record can be large, and the likely ones are looked at first.
        let keys = try names(in: layout.jobs)
        for key in keys.filter(isOfName) + keys.filter({ !isOfName($0) }) {
            guard let record = try record(layout.job(key)), sources.contains(record.source) else { continue }
            let job = try QueueInspector(disk: disk, queue: layout.queue).running(key)
            return job.map { .underWay($0.state, key: key) }
        }
        return nil
    }

    private mutating func freshEnd() throws -> JobStanding? {
        let fresh = try [layout.done, layout.hold, layout.quarantine].map { directory in
            try names(in: directory).filter { former[directory]?.contains($0) != true }
        }
        if let end = try newest(fresh[0], fresh[1], Set(fresh[2])) { return end }
        for (directory, names) in zip([layout.done, layout.hold, layout.quarantine], fresh) {
            former[directory]?.formUnion(names)
        }
        // A duplicate leaves nothing but its file, under the key of the job that has its content.
        let copies = try names(in: layout.archive).filter { former[layout.archive]?.contains($0) != true }
        guard let key = copies.sorted().compactMap(duplicated).last else { return nil }
        return try QueueInspector(disk: disk, queue: layout.queue).standing(of: key)
    }

    /// The newest end of a file of the name, among these names in `done/`, `hold/` and `quarantine/`.
    private func newest(_ finished: [String], _ held: [String], _ quarantined: Set<String>) throws -> JobStanding? {
        let inspector = QueueInspector(disk: disk, queue: layout.queue)
        var ends: [(at: Double, standing: JobStanding)] = []
        for key in finished {
            let done = try JobFiles(disk: disk, layout: layout).done(key)
            guard sources.contains(done.source) else { continue }
            ends.append((done.metrics.finishedWallSeconds ?? 0, .published(done)))
        }
        for key in held where !key.contains(".input") {
            guard let record = try record(layout.held(key)), sources.contains(record.source) else { continue }
            ends.append((record.acceptedWallSeconds, .held(key: key, reason: try inspector.holdReason(of: key))))
        }
        let notes = quarantined.isEmpty ? [] : try inspector.quarantineNotes(maximum: .max)
        for note in notes where sources.contains(note.note.name) {
            guard let name = note.path.lastComponent?.string, quarantined.contains(name) else { continue }
            ends.append((Timestamp.wallSeconds(note.note.at) ?? 0, .quarantined(reason: inspector.reason(note))))
        }
        return ends.max { $0.at < $1.at }?.standing
    }

    /// Whether a key is one that a file of the name can have got; an errors file has its key from another job.
    private func isOfName(_ key: String) -> Bool {
        key == stem || key.hasPrefix(stem + ".") || KeyOrigin(of: key)?.kind == .replay
    }

    /// The key that an archived duplicate is one of; nil where it is of another name, or no duplicate.
    private func duplicated(_ name: String) -> String? {
        guard let addition = name.firstRange(of: ".duplicate") else { return nil }
        let key = String(name[..<addition.lowerBound])
        return isOfName(key) ? key : nil
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
