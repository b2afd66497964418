public import BatchCore

/// `job.json`: what a job is. Written once, when its input has been copied and counted, and never changed.
public struct JobRecord: Sendable, Equatable, Codable {
    /// The queue.
    public var queue: String
    /// The job's name in its queue, unique for as long as `done/` keeps it.
    public var key: String
    /// The name that was dropped.
    public var source: String
    /// The job this one repeats or replays.
    public var parent: ParentJob?
    /// When the input was accepted, seconds since 1970.
    public var acceptedWallSeconds: Double
    /// The input.
    public var input: InputSummary
    /// Our copies of the input, in reading order; empty where the input cannot be used.
    public var parts: [InputPart]
    /// Fixed cuts of the input, in order.
    public var shards: [ShardRange]
    /// The most records of a shard, as the queue or its model had it when the input was cut; nil in a file of a
    /// build that did not write it.
    public var shardRecords: Int?
    /// The model that answers, as it was when the job was accepted.
    public var model: ModelIdentity?
    /// The queue's configuration as it was when the job was accepted, `queue.yaml`'s text.
    public var configuration: String
    /// Why the file as a whole cannot be used.
    public var failure: JobFailure?

    private enum CodingKeys: String, CodingKey {
        case queue
        case key
        case source
        case parent
        case acceptedWallSeconds = "accepted_wall_seconds"
        case input
        case parts
        case shards
        case shardRecords = "shard_records"
        case model
        case configuration
        case failure
    }

    /// The dropped file that a shard lies in; nil where a file was dropped and no directory.
    func part(ofShard shard: Int) -> String? {
        guard SourceEnding.of(source).isEmpty, shards.indices.contains(shard) else { return nil }
        let part = shards[shard].part
        return parts.indices.contains(part) ? parts[part].source : nil
    }

    /// Non-blank lines of the input.
    public var recordCount: Int { shards.reduce(0) { $0 + $1.records } }
}

/// Where a job that repeats another came from.
public struct ParentJob: Sendable, Equatable, Codable {
    /// How the two are related.
    public enum Relation: String, Sendable, Codable {
        /// The same input again, asked for by `retry` or `submit --again`.
        case again
        /// The errors file of the parent.
        case replay
    }

    /// The parent's queue.
    public var queue: String
    /// The parent's key.
    public var key: String
    /// How.
    public var relation: Relation

    /// Creates a relation.
    public init(queue: String, key: String, relation: Relation) {
        self.queue = queue
        self.key = key
        self.relation = relation
    }
}

/// What reading the whole input once found.
public struct InputSummary: Sendable, Equatable, Codable {
    /// Bytes as they were dropped.
    public var bytes: Int
    /// SHA-256 of these bytes; of a directory, of its parts' names and hashes.
    public var sha256: String
    /// Bytes after decompression.
    public var decodedBytes: Int
    /// zstd frames, empty and skippable ones included.
    public var frames: Int
    /// Whether every frame carried a checksum; false for plain files.
    public var checksummed: Bool
    /// Whether a manifest beside the file confirmed it.
    public var manifestConfirmed: Bool
    /// Whether the text began with a byte order mark, which was dropped.
    public var byteOrderMark: Bool

    private enum CodingKeys: String, CodingKey {
        case bytes
        case sha256
        case decodedBytes = "decoded_bytes"
        case frames
        case checksummed
        case manifestConfirmed = "manifest_confirmed"
        case byteOrderMark = "byte_order_mark"
    }
}

/// Our copy of one file of the input.
public struct InputPart: Sendable, Equatable, Codable {
    /// The name of the copy in the job's directory.
    public var name: String
    /// The name it was dropped under.
    public var source: String
    /// Its size in bytes.
    public var bytes: Int
    /// Its SHA-256.
    public var sha256: String
    /// Whether it is zstd-compressed.
    public var compressed: Bool
}

/// One shard's cut of the input.
public struct ShardRange: Sendable, Equatable, Codable {
    /// Non-blank lines.
    public var records: Int
    /// The index of the part it lies in; a shard never spans two parts.
    public var part: Int
    /// Where it starts in its part, in decoded bytes.
    public var byteOffset: Int
    /// The line number of its first line in the whole job, from 1.
    public var firstLine: Int

    private enum CodingKeys: String, CodingKey {
        case records
        case part
        case byteOffset = "byte_offset"
        case firstLine = "first_line"
    }
}

/// Why a job failed as a whole.
public struct JobFailure: Error, Sendable, Equatable, Codable {
    /// A stable word.
    public var code: String
    /// A sentence that says what, where and what to do next.
    public var message: String

    /// Creates a failure.
    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}
