import Crypto
import JSONLines
public import Spool
import SystemPackage

/// A directory of the outbox, read as an analyst does: every file, checked against the manifest.
public struct PublishedJob: Sendable, Equatable {
    /// The job that the path names.
    public var job: JobName
    /// All files by name.
    public var files: [String: [UInt8]]

    /// The largest file that is read, in bytes.
    static let fileBytesMaximum = 64 << 20

    /// Reads what is there.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - disk: The root's disk.
    /// - Throws: `FileSystemError`.
    public init(_ job: JobName, on disk: any FileSystem) throws {
        self.job = job
        files = [:]
        let directory = QueueLayout(queue: job.queue).published(job.key)
        for entry in try disk.entries(of: directory, maximum: .max) {
            let path = directory.appending(entry.name)
            files[entry.name.string] = try disk.readFile(path, bytesMaximum: Self.fileBytesMaximum)
        }
    }

    /// Takes what was read.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - files: All files by name.
    public init(_ job: JobName, files: [String: [UInt8]]) {
        self.job = job
        self.files = files
    }

    /// The manifest; nil where it is missing or cannot be read.
    public var manifest: Manifest? {
        files[PublishedName.manifest].flatMap { try? DocumentCoding.decode(Manifest.self, from: $0) }
    }

    /// All directories of the outbox, as far as the queues are known.
    ///
    /// - Parameters:
    ///   - disk: The root's disk.
    ///   - queues: The queues.
    /// - Returns: What is published.
    /// - Throws: `FileSystemError`.
    public static func all(on disk: any FileSystem, queues: [String]) throws -> [PublishedJob] {
        var jobs: [PublishedJob] = []
        for queue in queues {
            let outbox = QueueLayout(queue: queue).outbox
            guard try disk.status(of: outbox) != nil else { continue }
            for entry in try disk.entries(of: outbox, maximum: .max) {
                jobs.append(try PublishedJob(JobName(queue: queue, key: entry.name.string), on: disk))
            }
        }
        return jobs.sorted { ($0.job.queue, $0.job.key) < ($1.job.queue, $1.job.key) }
    }

    /// What is wrong with it; empty where it keeps what an outbox promises.
    public var violations: [String] { violations(of: manifest) }

    /// What is wrong with it, by its manifest.
    ///
    /// - Parameter manifest: What `manifest` has given; decoding it is most of the work.
    /// - Returns: One sentence each, empty where it keeps what an outbox promises.
    public func violations(of manifest: Manifest?) -> [String] {
        let name = "outbox/\(job.queue)/\(job.key)"
        var found: [String] = []
        let markers = [PublishedName.success, PublishedName.failed].filter { files[$0] != nil }
        if markers.count != 1 { found.append("I2 \(name) has the markers \(markers)") }
        guard let manifest else {
            return found + ["I2 \(name) has no manifest that can be read: \(files.keys.sorted())"]
        }
        for file in manifest.files {
            guard let content = files[file.name] else {
                found.append("I2 \(name) lacks \(file.name)")
                continue
            }
            if content.count != file.bytes || Self.hexadecimal(SHA256.hash(data: content)) != file.sha256 {
                found.append("I2 \(name)/\(file.name) is not what the manifest says")
            }
        }
        let listed = Set(manifest.files.map(\.name) + markers + [PublishedName.manifest])
        let unlisted = Set(files.keys).subtracting(listed)
        if !unlisted.isEmpty { found.append("I2 \(name) holds \(unlisted.sorted()) beyond its manifest") }
        if manifest.job != job { found.append("I2 \(name) says that it is \(manifest.job)") }
        return found
    }

    /// The line numbers of results, then of errors, as the files have them.
    ///
    /// - Returns: The lines of both files.
    /// - Throws: Where a file is no zstd, or a line no record.
    public func lines() throws -> (results: [Int], errors: [Int]) {
        let results = try Self.lines(of: files[PublishedName.results]).map {
            try DocumentCoding.decode(ResultLine.self, from: $0).line
        }
        let errors = try Self.lines(of: files[PublishedName.errors]).map {
            try DocumentCoding.decode(ErrorRecord.self, from: $0)._error.line
        }
        return (results, errors)
    }

    /// The codes of the errors file, by line number.
    ///
    /// - Returns: The codes.
    /// - Throws: Where the file is no zstd, or a line no error record.
    public func errorCodes() throws -> [Int: String] {
        var codes: [Int: String] = [:]
        for line in try Self.lines(of: files[PublishedName.errors]) {
            let error = try DocumentCoding.decode(ErrorRecord.self, from: line)._error
            codes[error.line] = error.code
        }
        return codes
    }

    /// The lines of one of its files, as they stand.
    ///
    /// - Parameter name: The file; one that is absent has no lines.
    /// - Returns: The lines without their ends.
    /// - Throws: Where the file is no zstd.
    public func lines(of name: String) throws -> [String] {
        try Self.lines(of: files[name]).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func hexadecimal(_ digest: SHA256.Digest) -> String {
        digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    /// Decodes one of its files.
    ///
    /// - Parameter file: zstd, whole.
    /// - Returns: What it holds.
    /// - Throws: `JSONLinesError` where it is no zstd, or damaged.
    public static func content(ofZstd file: [UInt8]) throws -> [UInt8] {
        var rest = file[...]
        let stream = try DecodedStream(.zstd) { buffer in
            let chunk = rest.prefix(buffer.count)
            buffer.copyBytes(from: chunk)
            rest = rest.dropFirst(chunk.count)
            return chunk.count
        }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try stream.read(into: $0) }
            if count == 0 { return content }
            content += buffer[..<count]
        }
    }

    private static func lines(of file: [UInt8]?) throws -> [[UInt8]] {
        guard let file else { return [] }
        return try content(ofZstd: file).split(separator: UInt8(ascii: "\n")).map { Array($0) }
    }
}

private struct ResultLine: Decodable {
    var line: Int
}

private struct ErrorRecord: Decodable {
    struct Detail: Decodable {
        var line: Int
        var code: String
    }

    var _error: Detail
}
