import BatchCore
import SystemPackage

/// Decides which KEY a dropped file gets, or that it has been answered before.
struct KeyRegistry {
    let disk: any FileSystem
    let layout: QueueLayout

    /// What becomes of a dropped file.
    enum Decision: Equatable {
        /// It is a job of its own.
        case new(key: String, parent: ParentJob?)
        /// Its content is that of this job.
        case duplicate(of: String)
        /// Its name is taken by other content, and the queue wants that settled by a person.
        case conflict(with: String)
    }

    /// Decides by name and content.
    ///
    /// - Parameters:
    ///   - stem: The name without its ending.
    ///   - sha256: The content's hash.
    ///   - again: Whether the sender asked for the same content to be answered again.
    ///   - repeats: The very job that is to be repeated, where the sender knows it.
    ///   - replayed: The job whose errors file this is.
    ///   - versioned: Whether other content under a known name becomes a version of its own.
    /// - Returns: What becomes of the file.
    /// - Throws: `FileSystemError`.
    func decide(
        stem: String,
        sha256: String,
        again: Bool,
        repeats: String? = nil,
        replayed: JobName?,
        versioned: Bool
    ) throws -> Decision {
        // Both come out of dropped files: they name a job, or nothing at all.
        let repeats = repeats.flatMap { JobKey.isPlain($0) ? $0 : nil }
        let replayed = replayed.flatMap { JobKey.isPlain($0.key) ? $0 : nil }
        if again, let repeats, try isRepeatable(repeats, stem: stem, sha256: sha256) {
            let key = try repetition(of: repeats, stem: stem, sha256: sha256)
            return .new(key: key, parent: ParentJob(queue: layout.queue, key: repeats, relation: .again))
        }
        let known = try jobWithContent(stem: stem, sha256: sha256)
        // A file that failed as a whole has no answers yet; dropped again, mended limits or a right manifest may help.
        let isRepeated = try known.map { try again || hasFailedAsFile($0) } ?? false
        if let known, !isRepeated { return .duplicate(of: known) }
        if let known, !again, let answered = try answeredRepetition(of: known, sha256: sha256) {
            return .duplicate(of: answered)
        }
        if let replayed, replayed.queue == layout.queue, try isTaken(replayed.key) {
            let parent = ParentJob(queue: replayed.queue, key: replayed.key, relation: .replay)
            return try decideReplay(of: replayed.key, sha256: sha256, parent: parent, again: again)
        }
        let version = "\(stem).\(sha256.prefix(12))"
        if let known {
            let key = try repetition(of: known, stem: stem, sha256: sha256)
            return .new(key: key, parent: ParentJob(queue: layout.queue, key: known, relation: .again))
        }
        if try !isTaken(stem) { return .new(key: stem, parent: nil) }
        if sha256.isEmpty { return .new(key: try unreadKey(stem), parent: nil) }
        guard versioned, try !isTaken(version) else { return .conflict(with: stem) }
        return .new(key: version, parent: nil)
    }

    /// Whether content can repeat a job that its sender names. Of a file that failed as a whole no more need be known
    /// than what was read until then, so that the name it was dropped under decides: a first file's, where
    /// `retriedFile` finds the repetition again.
    private func isRepeatable(_ key: String, stem: String, sha256: String) throws -> Bool {
        if try contentHash(of: key) == sha256 { return true }
        var base = key
        if let origin = KeyOrigin(of: key), origin.kind == .repetition { base = origin.key }
        return try (base == stem || base.hasPrefix("\(stem).unread")) && hasFailedAsFile(key)
    }

    private func decideReplay(of key: String, sha256: String, parent: ParentJob, again: Bool) throws -> Decision {
        var number = 1
        while try isTaken("\(key).replay\(number)") {
            if try !again && contentHash(of: "\(key).replay\(number)") == sha256 {
                return .duplicate(of: "\(key).replay\(number)")
            }
            number += 1
        }
        return .new(key: "\(key).replay\(number)", parent: parent)
    }

    /// The key of a file that could not be read, where its name is taken.
    private func unreadKey(_ stem: String) throws -> String { "\(stem).unread\(try unreadKeys(stem).count + 2)" }

    /// The keys of files of a name that could not be read, but for the first of that name.
    private func unreadKeys(_ stem: String) throws -> [String] {
        var keys: [String] = []
        while try isTaken("\(stem).unread\(keys.count + 2)") { keys.append("\(stem).unread\(keys.count + 2)") }
        return keys
    }

    /// A repetition of a failed file that has its answers, or is on the way to them.
    private func answeredRepetition(of key: String, sha256: String) throws -> String? {
        var number = 2
        while try isTaken("\(key).r\(number)") {
            let repetition = "\(key).r\(number)"
            if try contentHash(of: repetition) == sha256, try !hasFailedAsFile(repetition) { return repetition }
            number += 1
        }
        return nil
    }

    /// Whether a job was, or is about to be, published as a file that could not be used.
    private func hasFailedAsFile(_ key: String) throws -> Bool {
        guard try disk.status(of: layout.done(key)) != nil else {
            let record = layout.job(key).record
            return try disk.status(of: record) != nil && JobFiles.record(at: record, on: disk).failure != nil
        }
        let metrics = try JobFiles(disk: disk, layout: layout).done(key).metrics
        return metrics.outcome == .failed && metrics.records.read == 0
    }

    private func jobWithContent(stem: String, sha256: String) throws -> String? {
        // What could not be read has no hash, and is like nothing else.
        if sha256.isEmpty { return nil }
        for key in [stem, "\(stem).\(sha256.prefix(12))"] where try contentHash(of: key) == sha256 {
            return key
        }
        return try retriedFile(stem: stem, sha256: sha256)
    }

    /// The job that has this content as a retry of a file that failed as a whole, and whose own hash may be that of the
    /// part that was read; one with answers before others.
    private func retriedFile(stem: String, sha256: String) throws -> String? {
        var failed: String?
        for base in try [stem] + unreadKeys(stem) where try hasFailedAsFile(base) {
            var number = 2
            while try isTaken("\(base).r\(number)") {
                let key = "\(base).r\(number)"
                number += 1
                // A file may have been dropped under such a name as its own.
                guard try contentHash(of: key) == sha256, try source(of: key)?.stem == stem else { continue }
                if try !hasFailedAsFile(key) { return key }
                failed = failed ?? key
            }
        }
        return failed
    }

    /// The name of the next job with the content of `key`: a repetition of KEY.r2 is KEY.r3.
    private func repetition(of key: String, stem: String, sha256: String) throws -> String {
        var base = key
        if let origin = KeyOrigin(of: key), origin.kind == .repetition,
            try isRepeatable(origin.key, stem: stem, sha256: sha256)
        {
            base = origin.key
        }
        var number = 2
        while try isTaken("\(base).r\(number)") { number += 1 }
        return "\(base).r\(number)"
    }

    /// Whether any job of that name was published, is under way, held, or lies in the outbox.
    func isTaken(_ key: String) throws -> Bool {
        for path in [
            layout.done(key), layout.job(key).directory, layout.held(key).directory, layout.published(key),
        ] where try disk.status(of: path) != nil {
            return true
        }
        return false
    }

    /// The name that a known job's file was dropped under.
    private func source(of key: String) throws -> SourceName? {
        var name: String?
        if try disk.status(of: layout.done(key)) != nil {
            name = try JobFiles(disk: disk, layout: layout).done(key).source
        }
        for job in [layout.job(key), layout.held(key)] where try name == nil && disk.status(of: job.record) != nil {
            name = try JobFiles.record(at: job.record, on: disk).source
        }
        guard let name else { return nil }
        for isDirectory in [false, true] {
            let parsed = IncomingName(bytes: Array(name.utf8), isDirectory: isDirectory)
            if case .job(let source) = parsed { return source }
        }
        return nil
    }

    /// The hash of the content of a job that is known, wherever it is.
    func contentHash(of key: String) throws -> String? {
        if try disk.status(of: layout.done(key)) != nil {
            return try JobFiles(disk: disk, layout: layout).done(key).metrics.input.sha256
        }
        for job in [layout.job(key), layout.held(key)] where try disk.status(of: job.record) != nil {
            return try JobFiles.record(at: job.record, on: disk).input.sha256
        }
        return nil
    }
}

/// The rule that every job's key keeps: one plain path component that leaves room for additions and endings.
enum JobKey {
    /// The longest key, in bytes.
    static let bytesMaximum = 200

    /// Whether a name from outside can be a job's key.
    static func isPlain(_ key: String) -> Bool {
        guard let first = key.utf8.first, key.utf8.count <= bytesMaximum, first != UInt8(ascii: ".") else {
            return false
        }
        return key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}

/// The key that another was made from, by the names that `KeyRegistry` gives.
struct KeyOrigin {
    /// How the key was made.
    enum Kind {
        /// `a.r2`
        case repetition
        /// `a.replay1`
        case replay
        /// `a.0123456789ab`
        case version
    }

    /// `a`.
    let key: String
    let kind: Kind

    /// Takes the last addition off a key; nil where there is none.
    init?(of key: String) {
        guard let cut = key.lastIndex(of: "."), cut > key.startIndex else { return nil }
        self.key = String(key[..<cut])
        let addition = key[key.index(after: cut)...]
        if addition.hasPrefix("replay"), Self.isNumber(addition.dropFirst(6)) {
            kind = .replay
        } else if addition.hasPrefix("r"), Self.isNumber(addition.dropFirst()) {
            kind = .repetition
        } else if addition.utf8.count == 12, addition.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) {
            kind = .version
        } else {
            return nil
        }
    }

    private static func isNumber(_ digits: Substring) -> Bool {
        !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}

/// Reads back what batchd wrote about jobs.
public struct JobFiles: Sendable {
    let disk: any FileSystem
    let layout: QueueLayout

    /// Creates a reader of one queue's jobs.
    public init(disk: any FileSystem, layout: QueueLayout) {
        self.disk = disk
        self.layout = layout
    }

    /// Reads `done/KEY`.
    ///
    /// - Parameters:
    ///   - key: The job.
    ///   - groups: Whether the counts by group are read too. They may take a hundred times as long as all else.
    /// - Returns: The record that it was published.
    /// - Throws: `FileSystemError`; `EIO` where the seal is broken. `DecodingError`, where it holds and the content is
    ///   still no record.
    public func done(_ key: String, withGroups groups: Bool = false) throws -> DoneRecord {
        let path = layout.done(key)
        let bytes = try disk.readFile(path, bytesMaximum: DocumentLimits.documentBytesMaximum)
        guard let content = DocumentCoding.content(ofSealed: bytes) else {
            throw FileSystemError(operation: FileSystemError.unseal, path: path, errno: .ioError)
        }
        return try DoneRecord(content: content, withGroups: groups)
    }

    /// Reads a `job.json`, and what an operator said of the job since: one that was cancelled is one that failed.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - disk: Where it lies.
    /// - Returns: What the job is.
    /// - Throws: `FileSystemError`; `EIO` where the seal is broken.
    static func record(at path: FilePath, on disk: any FileSystem) throws -> JobRecord {
        let bytes = try disk.readFile(path, bytesMaximum: DocumentLimits.documentBytesMaximum)
        guard var record = try DocumentCoding.unseal(JobRecord.self, from: bytes) else {
            throw FileSystemError(operation: FileSystemError.unseal, path: path, errno: .ioError)
        }
        let cancelled = try JobOrders(of: path.removingLastComponent(), on: disk).cancelled
        record.failure = record.failure ?? cancelled
        return record
    }
}
