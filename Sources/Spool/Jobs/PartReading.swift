import BatchCore
import JSONLines
import SystemPackage

/// One file of the input on its way through: read, hashed, copied and decoded at the same time.
final class PartReading {
    let lines: LineReader
    private let tap: CopyingTap
    private let stream: DecodedStream
    /// The name it was dropped under.
    let name: String
    private let copyName: String
    private let compression: Compression

    /// Opens the file and its copy.
    ///
    /// Without a path for the copy it is only hashed.
    ///
    /// - Throws: `JobFailure` where the file is none; `JSONLinesError` where the decoder gets no memory;
    ///   `FileSystemError` of our own disk.
    init(
        path: FilePath,
        copy: FilePath?,
        compression: Compression,
        limits: InputLimits,
        firstLine: Int,
        firstByteOffset: Int,
        disk: any FileSystem
    ) throws {
        self.name = path.lastComponent?.string ?? ""
        self.copyName = copy?.lastComponent?.string ?? ""
        self.compression = compression
        let tap = try CopyingTap(
            source: path,
            copy: copy,
            bytesMaximum: limits.compressedBytesMaximum,
            disk: disk
        )
        self.tap = tap
        do {
            stream = try DecodedStream(compression, limits: limits) { buffer in try tap.read(into: buffer) }
        } catch {
            tap.abandon()
            throw error
        }
        lines = LineReader(
            stream,
            limits: limits.forReplay,
            firstLineNumber: firstLine,
            firstByteOffset: firstByteOffset
        )
    }

    /// The size of the file when it was opened.
    var openedBytes: Int { tap.openedBytes }

    /// Removes the copy of a file that has failed.
    func discardCopy() throws {
        try tap.discardCopy()
    }

    /// Hashes some more of what the decoder left.
    ///
    /// - Returns: False at the end, or at the limit on compressed bytes.
    func hashOn() throws -> Bool {
        try tap.hashOn()
    }

    /// Makes the copy durable and says what was found.
    func finish() throws -> FinishedPart {
        let (bytes, sha256) = try tap.finish()
        let statistics = stream.statistics
        return FinishedPart(
            part: InputPart(
                name: copyName,
                source: name,
                bytes: bytes,
                sha256: sha256,
                compressed: compression == .zstd
            ),
            decodedBytes: statistics.decodedBytes,
            frames: statistics.frames,
            checksummed: compression == .zstd && statistics.everyFrameHasChecksum,
            byteOrderMark: lines.sawByteOrderMark,
            nextLine: lines.nextLineNumber,
            nextByteOffset: lines.nextByteOffset,
            replayed: statistics.skippablePayloads.compactMap {
                try? DocumentCoding.decode(JobName.self, from: $0)
            }.last
        )
    }

    func abandon() {
        tap.abandon()
    }
}

/// What reading one file of the input found.
struct FinishedPart {
    var part: InputPart
    var decodedBytes: Int
    var frames: Int
    var checksummed: Bool
    var byteOrderMark: Bool
    var nextLine: Int
    var nextByteOffset: Int
    var replayed: JobName?
}

/// A byte source that copies and hashes what goes through it.
private final class CopyingTap {
    /// Bytes that are hashed in one step, so that a large file does not keep others waiting.
    private static let hashStepBytes = 4 << 20

    private let source: any OpenFile
    private let disk: any FileSystem
    private let copyPath: FilePath?
    private var copy: (any OpenFile)?
    private var hash = ContentHash()
    private var bytes = 0
    /// Where hashing ends: a sparse file can be so long that nobody reads to its end.
    private let bytesMaximum: Int
    private var isOpen = true
    let openedBytes: Int

    init(source: FilePath, copy: FilePath?, bytesMaximum: Int, disk: any FileSystem) throws {
        self.bytesMaximum = bytesMaximum
        let opened = try Self.openRegularFile(source, on: disk)
        self.disk = disk
        copyPath = copy
        do {
            openedBytes = try opened.status().bytes
            self.copy = try copy.map { try disk.open($0, .createNew) }
        } catch {
            try? opened.close()
            throw error
        }
        self.source = opened
    }

    private static func openRegularFile(_ path: FilePath, on disk: any FileSystem) throws -> any OpenFile {
        do throws(FileSystemError) {
            return try disk.open(path, .read)
        } catch {
            if error.isRefusal { throw JobFailure.notReadable(path) }
            if error.errno == .noSuchFileOrDirectory {
                // A sender with a descriptor of the dropped directory can still take parts out of it.
                throw JobFailure(
                    code: "part_vanished",
                    message: "'\(path.lastComponent?.string ?? "")' was taken away while it was read; drop all again."
                )
            }
            guard error.errno == .invalidArgument || error.errno == .tooManySymbolicLinkLevels else { throw error }
            throw JobFailure(
                code: "not_a_file",
                message: "'\(path.lastComponent?.string ?? "")' is no regular file; drop a regular file."
            )
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try source.read(into: buffer)
        let content = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        if count > 0 {
            hash.update(content)
            try copy?.write(content)
            bytes += count
        }
        return count
    }

    func discardCopy() throws {
        guard let copyPath, let open = copy else { return }
        copy = nil
        try? open.close()
        try disk.removeFile(copyPath)
    }

    func hashOn() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        let end = bytes + Self.hashStepBytes
        while bytes < end {
            if bytes > bytesMaximum { return false }
            if try chunk.withUnsafeMutableBytes({ try read(into: $0) }) == 0 { return false }
        }
        return true
    }

    func finish() throws -> (bytes: Int, sha256: String) {
        try copy?.sync()
        isOpen = false
        try? source.close()
        try copy?.close()
        return (bytes, hash.hexadecimal())
    }

    func abandon() {
        guard isOpen else { return }
        isOpen = false
        try? source.close()
        try? copy?.close()
    }
}

extension JobFailure {
    static func notReadable(_ path: FilePath) -> JobFailure {
        JobFailure(
            code: "not_readable",
            message: "'\(path.lastComponent?.string ?? "")' may not be read by batchd; "
                + "give it group or world read permission and drop it again."
        )
    }
}

extension FileSystemError {
    /// Whether permissions of a sender's own entry refused the call, which says nothing about the disk.
    public var isRefusal: Bool { errno == .permissionDenied || errno == .notPermitted }

    /// Whether a sender's entry was gone, or something of another kind, by the time of the call.
    var isReplacement: Bool {
        let kinds: [Errno] = [
            .noSuchFileOrDirectory, .notDirectory, .isDirectory, .invalidArgument, .tooManySymbolicLinkLevels,
        ]
        return kinds.contains(errno)
    }
}
