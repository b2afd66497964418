import BatchCore
import JSONLines
import Synchronization
import SystemPackage

/// Gives compute threads the lines of a job's shards, in whatever order they ask.
///
/// The input is decoded once, front to back. A thread that asks for a later shard first reads over the earlier ones;
/// those that other threads are known to want are kept for them. A shard asked for again is read by a stream of its
/// own. So memory is bounded by the number of threads, and one open stream for each job that is read in part.
final class JobReader: Sendable {
    private struct State {
        var stream: ShardStream?
        var nextShard = 0
        var expected: Set<Int> = []
        var kept: [Int: LineBlock] = [:]
    }

    private let record: JobRecord
    private let layout: JobLayout
    private let settings: QueueConfiguration
    private let disk: any FileSystem
    private let state = Mutex(State())

    init(record: JobRecord, layout: QueueLayout, settings: QueueConfiguration, disk: any FileSystem) {
        self.record = record
        self.layout = layout.job(record.key)
        self.settings = settings
        self.disk = disk
    }

    /// Says that a thread is about to ask for this shard.
    func expect(shard: Int) {
        state.withLock { state in
            if shard >= state.nextShard { state.expected.insert(shard) }
        }
    }

    /// The lines of a shard.
    ///
    /// - Throws: `FileSystemError`, or `JSONLinesError` where our copy has changed.
    func lines(of shard: Int) throws -> LineBlock {
        let block = try state.withLock { state in try readForward(to: shard, &state) }
        if let block { return try checked(block, shard) }
        var stream = makeStream()
        for _ in 0..<shard { try stream.skip() }
        return try checked(stream.next() ?? LineBlock(), shard)
    }

    private func readForward(to shard: Int, _ state: inout State) throws -> LineBlock? {
        state.expected.remove(shard)
        if let kept = state.kept.removeValue(forKey: shard) { return kept }
        guard shard >= state.nextShard else { return nil }
        var stream = state.stream ?? makeStream()
        state.stream = nil
        do {
            while state.nextShard < shard {
                let passed = state.nextShard
                if state.expected.remove(passed) != nil {
                    state.kept[passed] = try stream.next()
                } else {
                    try stream.skip()
                }
                state.nextShard += 1
            }
            let block = try stream.next() ?? LineBlock()
            state.nextShard += 1
            state.stream = state.nextShard < record.shards.count ? stream : nil
            return block
        } catch {
            // The position is lost with the stream; the next call begins at the front again.
            state.nextShard = 0
            throw error
        }
    }

    private func makeStream() -> ShardStream {
        ShardStream(record: record, layout: layout, settings: settings, disk: disk)
    }

    /// The cut must be the one that `job.json` fixed, else line numbers would be wrong.
    private func checked(_ block: LineBlock, _ shard: Int) throws -> LineBlock {
        let range = record.shards[shard]
        guard block.lines.count == range.records, block.lines.first?.number == range.firstLine else {
            throw FileSystemError(operation: "read shard \(shard)", path: layout.directory, errno: .ioError)
        }
        return block
    }
}

/// The shards of a job's input, one after the other.
///
/// Each is as many lines as `job.json` says, whatever a queue or a model would cut today.
struct ShardStream {
    private let record: JobRecord
    private let layout: JobLayout
    private let settings: QueueConfiguration
    private let disk: any FileSystem
    private var shard = 0
    private var part = -1
    private var reader: LineReader?
    private var file: SourceFile?

    init(record: JobRecord, layout: JobLayout, settings: QueueConfiguration, disk: any FileSystem) {
        self.record = record
        self.layout = layout
        self.settings = settings
        self.disk = disk
    }

    /// The next shard's lines; nil at the end.
    mutating func next() throws -> LineBlock? {
        try advance { reader, records in
            try reader.nextBlock(maximumRecords: records, maximumBytes: ShardLimits.decodedBytesMaximum)
        }
    }

    /// Passes over the next shard.
    mutating func skip() throws {
        _ = try advance { reader, records in
            try reader.skipBlock(maximumRecords: records, maximumBytes: ShardLimits.decodedBytesMaximum)
        }
    }

    private mutating func advance<Lines>(_ take: (LineReader, Int) throws -> Lines?) throws -> Lines? {
        guard shard < record.shards.count else { return nil }
        let records = max(record.shards[shard].records, 1)
        shard += 1
        while true {
            if let reader, let lines = try take(reader, records) { return lines }
            guard try openNextPart() else { return nil }
        }
    }

    private mutating func openNextPart() throws -> Bool {
        part += 1
        guard part < record.parts.count else { return false }
        let input = record.parts[part]
        let file = try SourceFile(disk.open(layout.input(input.name), .read))
        let stream = try DecodedStream(input.compressed ? .zstd : .none, limits: settings.inputLimits) { buffer in
            try file.read(into: buffer)
        }
        reader = LineReader(
            stream,
            limits: settings.inputLimits.forReplay,
            firstLineNumber: reader?.nextLineNumber ?? 1,
            firstByteOffset: reader?.nextByteOffset ?? 0
        )
        self.file = file
        return true
    }
}

/// An open file that closes itself.
private final class SourceFile {
    private let file: any OpenFile

    init(_ file: any OpenFile) throws {
        self.file = file
    }

    deinit {
        // A file that was only read has nothing to lose by a failed close.
        try? file.close()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try file.read(into: buffer)
    }
}
