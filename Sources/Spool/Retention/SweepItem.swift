import SystemPackage

/// One thing that has been kept for longer than it must be.
public struct SweepItem: Sendable, Equatable, Codable {
    /// Where it lies.
    public enum Place: String, Sendable, Codable, CaseIterable {
        /// Inputs of published jobs.
        case archive
        /// Files that could not become results.
        case quarantine
        /// Jobs that wait for an operator.
        case hold
        /// Results.
        case outbox
        /// Answers that a queue kept, which is gone or keeps none any more.
        case cache
        /// Records that a job was published: the last that goes.
        case done
    }

    /// The queue.
    public var queue: String
    /// Where it lies.
    public var place: Place
    /// The file or directory, from the root.
    public var path: String
    /// What it takes up, with all that is in it.
    public var bytes: Int
    /// How old it is, in whole days.
    public var ageDays: Int
    /// The days for which it is kept.
    public var keptDays: Int
    /// What its age is counted from.
    public var since: String
    /// What it was when it was looked at, so that nothing else is removed in its place.
    let status: FileStatus

    /// The path as the file system takes it.
    var filePath: FilePath { FilePath(path) }

    private enum CodingKeys: String, CodingKey {
        case queue
        case place
        case path
        case bytes
        case ageDays = "age_days"
        case keptDays = "kept_days"
        case since
    }

    init(
        queue: String,
        place: Place,
        path: FilePath,
        bytes: Int,
        ageDays: Int,
        keptDays: Int,
        since: String,
        status: FileStatus
    ) {
        self.queue = queue
        self.place = place
        self.path = path.string
        self.bytes = bytes
        self.ageDays = ageDays
        self.keptDays = keptDays
        self.since = since
        self.status = status
    }

    /// Reads an item of a report, of which nothing can be removed: the file may be another by now.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        queue = try container.decode(String.self, forKey: .queue)
        place = try container.decode(Place.self, forKey: .place)
        path = try container.decode(String.self, forKey: .path)
        bytes = try container.decode(Int.self, forKey: .bytes)
        ageDays = try container.decode(Int.self, forKey: .ageDays)
        keptDays = try container.decode(Int.self, forKey: .keptDays)
        since = try container.decode(String.self, forKey: .since)
        status = FileStatus(kind: .other, bytes: 0, modifiedSeconds: 0)
    }
}
