import BatchCore
import SystemPackage

/// Copies what is dropped to a name that nobody claims, hashing it on the way as the engine will.
struct IntakeCopy {
    let disk: any FileSystem
    let source: any FileSystem
    /// The hidden name in `incoming/`.
    let target: FilePath
    private var isOurs = false

    init(disk: any FileSystem, source: any FileSystem, target: FilePath) {
        self.disk = disk
        self.source = source
        self.target = target
    }

    /// The bytes that are copied at a time.
    private static let chunkBytes = 1 << 20
    /// The end of a file that is kept, where an errors file names the job it came from.
    private static let tailBytes = 1 << 10

    /// Makes the copy, its content durable.
    ///
    /// - Throws: `IntakeError`, `FileSystemError`.
    mutating func copy(_ path: FilePath, isDirectory: Bool) throws -> IntakeContent {
        try takeTarget(isDirectory: isDirectory)
        guard isDirectory else {
            let part = try copyFile(path, to: target, name: path.lastComponent?.string ?? "")
            return IntakeContent(parts: [part])
        }
        let parts = try partNames(in: path).map { name in
            try copyFile(path.appending(name), to: target.appending(name), name: name)
        }
        try disk.writeSynced([], to: target.appending(PublishedName.success))
        try disk.syncDirectory(target)
        return IntakeContent(parts: parts)
    }

    /// Removes the copy, as far as that can be done.
    func discard() {
        if isOurs { try? disk.removeTree(target) }
    }

    /// What an earlier drop left when it was killed is replaced; what a living one is writing is not.
    private mutating func takeTarget(isDirectory: Bool) throws {
        if let status = try disk.status(of: target) {
            guard status.kind == .regular, try disk.writers(of: target) == .none else {
                throw IntakeError.underWay(target)
            }
            try disk.removeFile(target)
        }
        if isDirectory { try disk.makeDirectory(target) }
        isOurs = true
    }

    /// The job files of a directory in the order of their names, as the engine will read them.
    private func partNames(in directory: FilePath) throws -> [String] {
        var names: [String] = []
        for entry in try source.entries(of: directory, maximum: ShardLimits.partsMaximum + 1) {
            let name = entry.name.string
            guard name != "_temporary" else {
                throw IntakeError.notComplete("'\(directory)' holds _temporary: it is still being written")
            }
            switch IncomingName(bytes: entry.name.bytes, isDirectory: entry.kind == .directory) {
            case .job where entry.kind == .regular: names.append(name)
            case .unfinished where entry.kind != .directory: continue
            case .unusable where name.hasPrefix("_"): continue
            default:
                throw IntakeError.notComplete(
                    "'\(directory)/\(name)' is no part; name parts NAME.jsonl.zst or NAME.jsonl"
                )
            }
        }
        guard !names.isEmpty else {
            throw IntakeError.notComplete("'\(directory)' holds no .jsonl.zst or .jsonl part")
        }
        return names.sorted()
    }

    private mutating func copyFile(_ path: FilePath, to target: FilePath, name: String) throws -> IntakePart {
        let input = try source.open(path, .read)
        defer { try? input.close() }
        let output: any OpenFile
        do throws(FileSystemError) {
            output = try disk.open(target, .createNew)
        } catch {
            // Another drop of the name was a moment faster, and the file is its.
            if error.errno == .fileExists { isOurs = false }
            throw error.errno == .fileExists ? IntakeError.underWay(target) : error
        }
        var hash = ContentHash()
        var bytes = 0
        var tail: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
        do {
            while true {
                let count = try input.read(into: &chunk)
                if count == 0 { break }
                try chunk.withUnsafeBytes { buffer in
                    let read = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                    hash.update(read)
                    try output.write(read)
                }
                bytes += count
                tail = Array((tail + chunk[max(0, count - Self.tailBytes)..<count]).suffix(Self.tailBytes))
            }
            try output.sync()
        } catch {
            try? output.close()
            throw error
        }
        try output.close()
        let replayed = ReplayNote.job(atEndOf: tail)
        return IntakePart(name: name, bytes: bytes, sha256: hash.hexadecimal(), replayed: replayed)
    }
}

/// One file that was copied.
struct IntakePart {
    var name: String
    var bytes: Int
    var sha256: String
    var replayed: JobName?
}

/// Everything that copying found out, by the rules of `IngestedContent`.
struct IntakeContent {
    var parts: [IntakePart]

    var bytes: Int { parts.reduce(0) { $0 + $1.bytes } }
    var sha256: String { ContentHash.identity(of: parts.map { ($0.sha256, $0.name) }) }
    var replayed: JobName? { parts.lazy.compactMap(\.replayed).first }
}
