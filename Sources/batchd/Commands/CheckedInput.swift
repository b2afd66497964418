import JSONLines
import Spool
import SystemPackage

/// A file, or a directory of parts, that can be read from front to back more than once.
struct CheckedInput {
    /// What the user called it.
    let name: String
    /// Why its name, or what lies in it, cannot be a job.
    private(set) var problem: JobFailure?
    private(set) var parts: [Part] = []
    private let disk: LinuxFileSystem

    /// One file of the input.
    struct Part {
        var path: FilePath
        var compression: Compression
    }

    init(_ file: InputFile) throws {
        name = file.name
        disk = file.disk
        let isDirectory = file.status.kind == .directory
        switch IncomingName(bytes: Array(file.name.utf8), isDirectory: isDirectory) {
        case .job(let source):
            if isDirectory {
                try addParts(in: file.path)
            } else {
                parts = [Part(path: file.path, compression: source.compression)]
            }
        case .unusable(let reason): problem = JobFailure(code: "unusable_name", message: "\(reason); rename it.")
        case .unfinished, .sidecar:
            problem = JobFailure(
                code: "unusable_name",
                message: "The name says that the file is not complete; rename it."
            )
        }
    }

    private mutating func addParts(in directory: FilePath) throws {
        for entry in try disk.entries(of: directory, maximum: ShardLimits.partsMaximum + 1) {
            let entryName = entry.name.string
            switch IncomingName(bytes: Array(entryName.utf8), isDirectory: entry.kind == .directory) {
            case .job(let part) where entry.kind == .regular:
                parts.append(Part(path: directory.appending(entry.name), compression: part.compression))
            case .unfinished: continue
            case .unusable where entryName.hasPrefix("_"): continue
            default:
                problem = JobFailure(
                    code: "unexpected_entry",
                    message: "'\(name)/\(entryName)' is no job file; a directory holds .jsonl.zst parts and _SUCCESS."
                )
            }
        }
        if parts.count > ShardLimits.partsMaximum {
            problem = JobFailure(
                code: "too_many_parts",
                message: "'\(name)' holds more than \(ShardLimits.partsMaximum) parts; drop several directories."
            )
        }
        parts.sort { $0.path.string < $1.path.string }
    }

    /// What reading found besides lines.
    struct Facts {
        var bytes = 0
        var decodedBytes = 0
        var frames = 0
        var checksummed = true
        var byteOrderMark = false
        var blankLines = 0
    }

    /// Reads all parts, cut as the engine cuts them.
    ///
    /// - Parameters:
    ///   - settings: The queue's limits.
    ///   - shardRecords: The most records of a block.
    ///   - body: Gets every block; false ends the reading.
    /// - Returns: What was found, as far as the reading went, and why it ended early.
    /// - Throws: `FileSystemError`, and what `body` throws.
    func read(
        _ settings: QueueConfiguration,
        shardRecords: Int,
        _ body: (LineBlock) throws -> Bool
    ) throws -> (facts: Facts, failure: JobFailure?) {
        var facts = Facts()
        var nextLine = 1
        var nextByteOffset = 0
        for part in parts {
            let file = try disk.open(part.path, .read)
            defer { try? file.close() }
            var limits = settings.inputLimits
            limits.compressedBytesMaximum = max(limits.compressedBytesMaximum - facts.bytes, 0)
            limits.decodedBytesMaximum = max(limits.decodedBytesMaximum - facts.decodedBytes, 0)
            limits.framesMaximum = max(limits.framesMaximum - facts.frames, 0)
            let stream = try DecodedStream(part.compression, limits: limits) { try file.read(into: $0) }
            let lines = LineReader(
                stream,
                limits: limits.forReplay,
                firstLineNumber: nextLine,
                firstByteOffset: nextByteOffset
            )
            var goesOn = false
            var failure: JobFailure?
            do {
                goesOn = try readBlocks(of: lines, shardRecords: shardRecords, body)
            } catch let error as JSONLinesError {
                failure = JobFailure(code: error.code.rawValue, message: error.message)
            }
            facts.add(stream.statistics, of: part, lines)
            guard goesOn else { return (facts, failure) }
            nextLine = lines.nextLineNumber
            nextByteOffset = lines.nextByteOffset
        }
        return (facts, nil)
    }

    private func readBlocks(
        of lines: LineReader,
        shardRecords: Int,
        _ body: (LineBlock) throws -> Bool
    ) throws -> Bool {
        var block = LineBlock()
        while try lines.nextBlock(
            into: &block,
            maximumRecords: shardRecords,
            maximumBytes: ShardLimits.decodedBytesMaximum
        ) {
            if try !body(block) { return false }
        }
        return true
    }
}

extension CheckedInput.Facts {
    mutating func add(_ statistics: StreamStatistics, of part: CheckedInput.Part, _ lines: LineReader) {
        bytes += statistics.compressedBytes
        decodedBytes += statistics.decodedBytes
        frames += statistics.frames
        checksummed = checksummed && part.compression == .zstd && statistics.everyFrameHasChecksum
        byteOrderMark = byteOrderMark || lines.sawByteOrderMark
        blankLines += lines.blankLines
    }
}
