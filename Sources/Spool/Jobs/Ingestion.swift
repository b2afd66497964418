import BatchCore
import JSONLines
import SystemPackage

/// Turns one claimed file into a job: copies it to an inode of our own while hashing, and counts and cuts its records.
///
/// A sender that still holds the claimed file open can change it at any time, so nothing but our copy is ever read
/// again. The work is done in steps, so that a large file does not keep others waiting.
final class Ingestion {
    let source: String
    let layout: QueueLayout
    /// Whether a directory of parts was dropped.
    private(set) var isDirectory = false
    private let disk: any FileSystem
    private let settings: QueueConfiguration
    /// The most records of a shard.
    let shardRecords: Int
    private let staged: JobLayout
    /// How the claimed file or directory looked when its reading began; nil where it was not there.
    private(set) var seen: FileStatus?
    private var pending: [SourcePart] = []
    private var current: PartReading?
    private(set) var content = IngestedContent()
    /// Bytes of the disk that it may take.
    var copyBytes = 0

    /// One file to read.
    private struct SourcePart {
        var path: FilePath
        var name: String
        var compression: Compression
    }

    /// Starts reading a claimed file or directory.
    ///
    /// - Throws: `FileSystemError` of our own disk.
    init(
        source: SourceName,
        layout: QueueLayout,
        settings: QueueConfiguration,
        shardRecords: Int,
        disk: any FileSystem
    ) throws {
        self.source = source.name
        self.layout = layout
        self.settings = settings
        self.shardRecords = shardRecords
        self.disk = disk
        self.staged = layout.ingesting(source.name)
        try disk.removeTree(staged.directory)
        try disk.makeDirectory(staged.directory)
        do {
            pending = try parts(of: source)
        } catch let failure as JobFailure {
            content.failure = failure
        }
    }

    /// Reads on.
    ///
    /// - Returns: Whether the content is complete (or known to be unusable).
    /// - Throws: `FileSystemError` of our own disk.
    func step() throws -> Bool {
        do {
            return try readOn()
        } catch let error as JSONLinesError {
            // What is wrong with the file has become its failure by now: this is a lack of memory, which passes.
            throw Self.passing(error, at: layout.claimed.appending(source))
        }
    }

    /// What a decoder's failure means that is no fault of the file.
    static func passing(_ error: JSONLinesError, at path: FilePath) -> FileSystemError {
        FileSystemError(operation: "decode", path: path, errno: isPassing(error) ? .noMemory : .ioError)
    }

    private static func isPassing(_ error: JSONLinesError) -> Bool { error.code == .zstdOutOfMemory }

    private func readOn() throws -> Bool {
        if current == nil {
            guard !pending.isEmpty else {
                content.seal()
                return true
            }
            let part = pending.removeFirst()
            let limits = settings.inputLimits.remaining(after: content)
            do {
                current = try PartReading(
                    path: part.path,
                    copy: content.failure == nil ? staged.input(copyName(of: part)) : nil,
                    compression: part.compression,
                    limits: limits,
                    firstLine: content.nextLine,
                    firstByteOffset: content.nextByteOffset,
                    disk: disk
                )
            } catch let failure as JobFailure {
                content.failure = content.failure ?? failure
                return false
            }
            if let current, current.openedBytes > limits.compressedBytesMaximum, content.failure == nil {
                // Known before a byte is written: a sparse file of a terabyte costs its sender nothing.
                content.failure = failure(.compressedTooLarge(limits), in: current)
            }
        }
        if let current { try read(current) }
        return false
    }

    /// Whether the sender has changed the file, or what is in the directory, since its reading began.
    func hasChanged() throws -> Bool {
        guard let now = try disk.status(of: layout.claimed.appending(source)) else { return false }
        return now != seen
    }

    /// Whether the queue refuses what it cannot be certain of.
    var isStrict: Bool { settings.integrity == .strict }

    /// Gives descriptors and space back; what cannot be removed now is so at the next try.
    func abandon() {
        current?.abandon()
        current = nil
        try? disk.removeTree(staged.directory)
    }

    private func read(_ part: PartReading) throws {
        if content.failure == nil {
            do {
                if try readBlock(of: part) { return }
            } catch let error as JSONLinesError where !Self.isPassing(error) {
                content.failure = failure(error, in: part)
            }
        }
        if content.failure != nil {
            // Nobody reads what failed; but the hash covers every byte that was dropped, up to the limit.
            try part.discardCopy()
            if try part.hashOn() { return }
        }
        content.add(try part.finish())
        current = nil
    }

    /// What is wrong with the content; of a directory, with which of its parts.
    private func failure(_ error: JSONLinesError, in part: PartReading) -> JobFailure {
        let place = isDirectory ? "In '\(part.name)': " : ""
        return JobFailure(code: error.code.rawValue, message: place + error.message)
    }

    /// Decoded bytes that are read in one step.
    private static let stepBytes = 8 << 20

    /// Counts one shard's worth of records, or a part of it.
    ///
    /// - Returns: False at the end of the part.
    private func readBlock(of part: PartReading) throws -> Bool {
        let step = try part.lines.skipBlock(
            maximumRecords: shardRecords,
            maximumBytes: ShardLimits.decodedBytesMaximum,
            stepBytes: Self.stepBytes
        )
        guard case .block(let shard) = step else { return step == .more }
        content.add(shard, part: content.parts.count)
        if content.shards.count > ShardLimits.shardsMaximum {
            content.failure = JobFailure(
                code: "too_many_shards",
                message: "'\(source)' makes more than \(ShardLimits.shardsMaximum) shards; "
                    + "split it, or set shard_records in queue.yaml to more than \(shardRecords)."
            )
            return false
        }
        if content.records > settings.limits.records {
            content.failure = JobFailure(
                code: "too_many_records",
                message: "'\(source)' holds more than \(settings.limits.records) records; "
                    + "split it, or raise limits.records in queue.yaml."
            )
            return false
        }
        return true
    }

    private func copyName(of part: SourcePart) -> String {
        let number = String(content.parts.count)
        let digits = String(repeating: "0", count: max(0, 5 - number.count)) + number
        return "input.\(digits).jsonl" + (part.compression == .zstd ? ".zst" : "")
    }

    private func parts(of source: SourceName) throws -> [SourcePart] {
        let path = layout.claimed.appending(source.name)
        seen = try disk.status(of: path)
        guard let status = seen else {
            throw FileSystemError(operation: "ingest", path: path, errno: .noSuchFileOrDirectory)
        }
        switch status.kind {
        case .regular: return [SourcePart(path: path, name: source.name, compression: source.compression)]
        case .directory:
            isDirectory = true
            return try parts(inDirectory: path)
        case .other:
            throw JobFailure(
                code: "not_a_file",
                message: "'\(source.name)' is a link, FIFO, socket or device; drop a regular file."
            )
        }
    }

    private func entries(of directory: FilePath) throws -> [DirectoryEntry] {
        do throws(FileSystemError) {
            return try disk.entries(of: directory, maximum: ShardLimits.partsMaximum + 1)
        } catch {
            throw error.isRefusal ? JobFailure.notReadable(directory) : error
        }
    }

    private func parts(inDirectory directory: FilePath) throws -> [SourcePart] {
        var parts: [SourcePart] = []
        for entry in try entries(of: directory) {
            let name = IncomingName(bytes: entry.name.bytes, isDirectory: entry.kind == .directory)
            let path = directory.appending(entry.name)
            switch name {
            case .job(let part) where entry.kind == .regular:
                parts.append(SourcePart(path: path, name: part.name, compression: part.compression))
            // A hidden directory is one that was meant to lie beside this one, and moved into it.
            case .unfinished where entry.kind != .directory: continue
            case .unusable where entry.name.string.hasPrefix("_"): continue
            default:
                throw JobFailure(
                    code: "unexpected_entry",
                    message: "'\(source)/\(entry.name.string.visible)' is no part of a job; name parts "
                        + "NAME.jsonl.zst or NAME.jsonl, take out what is none, and drop the directory again."
                )
            }
        }
        guard parts.count <= ShardLimits.partsMaximum else {
            throw JobFailure(
                code: "too_many_parts",
                message: "'\(source)' holds more than \(ShardLimits.partsMaximum) parts; drop several directories."
            )
        }
        return parts.sorted { $0.name < $1.name }
    }
}

/// Limits on how a job is cut.
public enum ShardLimits {
    /// Decoded bytes of a shard, so that lines of a megabyte each do not fill the memory.
    public static let decodedBytesMaximum = 4 << 20
    /// Files in a dropped directory.
    public static let partsMaximum = 10_000
    /// Shards of a job: `job.json` names each in some 80 bytes, and must stay within what is read back.
    public static let shardsMaximum = 400_000
}

/// Everything that reading the whole input once found out.
struct IngestedContent {
    private(set) var parts: [InputPart] = []
    private(set) var shards: [ShardRange] = []
    private(set) var records = 0
    private(set) var bytes = 0
    private(set) var decodedBytes = 0
    private(set) var frames = 0
    private(set) var checksummed = true
    private(set) var byteOrderMark = false
    private(set) var nextLine = 1
    private(set) var nextByteOffset = 0
    private(set) var sha256 = ""
    private(set) var replayed: JobName?
    var failure: JobFailure?

    mutating func add(_ lines: SkippedLines, part: Int) {
        shards.append(
            ShardRange(
                records: lines.count,
                part: part,
                byteOffset: lines.firstByteOffset,
                firstLine: lines.firstNumber
            )
        )
        records += lines.count
    }

    mutating func add(_ part: FinishedPart) {
        parts.append(part.part)
        bytes += part.part.bytes
        decodedBytes += part.decodedBytes
        frames += part.frames
        checksummed = checksummed && part.checksummed
        byteOrderMark = byteOrderMark || part.byteOrderMark
        nextLine = part.nextLine
        nextByteOffset = part.nextByteOffset
        replayed = replayed ?? part.replayed
    }

    /// Computes the identity of the content: the file's own hash, or that of all names and hashes of a directory.
    mutating func seal() {
        sha256 = parts.isEmpty ? "" : ContentHash.identity(of: parts.map { ($0.sha256, $0.source) })
        if failure != nil {
            shards = []
            records = 0
        }
    }

    /// What `job.json` says of the input.
    func summary(manifestConfirmed: Bool) -> InputSummary {
        InputSummary(
            bytes: bytes,
            sha256: sha256,
            decodedBytes: decodedBytes,
            frames: frames,
            checksummed: checksummed && !parts.isEmpty,
            manifestConfirmed: manifestConfirmed,
            byteOrderMark: byteOrderMark
        )
    }
}

extension InputLimits {
    /// The limits of a job's next part: they hold for all parts together.
    func remaining(after content: IngestedContent) -> InputLimits {
        var limits = self
        limits.compressedBytesMaximum = max(compressedBytesMaximum - content.bytes, 0)
        limits.decodedBytesMaximum = max(decodedBytesMaximum - content.decodedBytes, 0)
        limits.framesMaximum = max(framesMaximum - content.frames, 0)
        return limits
    }
}
