import BatchCore

/// A file that was dropped, and what it takes to find the job that it becomes.
public struct DroppedFile: Sendable {
    /// What the file is likely to become; another drop may still come first.
    public enum Expectation: Sendable, Equatable {
        /// A job of this key.
        case job(String)
        /// Nothing new: its content is that of this job.
        case duplicate(of: String)
        /// A file for a person to look at: this job has its name and other content.
        case conflict(with: String)

        init(_ decision: KeyRegistry.Decision) {
            switch decision {
            case .new(let key, _): self = .job(key)
            case .duplicate(let key): self = .duplicate(of: key)
            case .conflict(let key): self = .conflict(with: key)
            }
        }
    }

    /// The queue.
    public let queue: String
    /// The name it was dropped under.
    public let name: SourceName
    /// The SHA-256 of its content.
    public let sha256: String
    /// What it is likely to become.
    public let expectation: Expectation
    let replayed: JobName?
    let repeats: String?
    /// The jobs with this content that were there before the drop.
    let knownKeys: Set<String>

    init(
        queue: String,
        name: SourceName,
        sha256: String,
        replayed: JobName?,
        repeats: String?,
        expectation: Expectation,
        knownKeys: Set<String>
    ) {
        self.queue = queue
        self.name = name
        self.sha256 = sha256
        self.replayed = replayed
        self.repeats = repeats
        self.expectation = expectation
        self.knownKeys = knownKeys
    }

    /// The same with the jobs that have the content now.
    func noting(keysIn registry: KeyRegistry) throws -> DroppedFile {
        DroppedFile(
            queue: queue,
            name: name,
            sha256: sha256,
            replayed: replayed,
            repeats: repeats,
            expectation: expectation,
            knownKeys: Set(try keys(in: registry))
        )
    }

    /// The keys of all jobs with this content that the file can have become or can repeat, newest last.
    func keys(in registry: KeyRegistry) throws -> [String] {
        var bases = [name.stem, "\(name.stem).\(sha256.prefix(12))"]
        if let repeats { bases.append(repeats) }
        if let replayed {
            var number = 1
            while try registry.isTaken("\(replayed.key).replay\(number)") {
                bases.append("\(replayed.key).replay\(number)")
                number += 1
            }
        }
        switch expectation {
        case .job(let key), .duplicate(let key): bases.append(key)
        case .conflict: break
        }
        var keys: [String] = []
        for base in bases where !keys.contains(base) {
            guard try registry.contentHash(of: base) == sha256 else { continue }
            keys.append(base)
            var number = 2
            while try registry.contentHash(of: "\(base).r\(number)") == sha256 {
                keys.append("\(base).r\(number)")
                number += 1
            }
        }
        return keys
    }
}
