import Crypto
import JSONLines
import Spool
import SystemPackage

/// A directory of the outbox of any size, read as an analyst does: each file once, checked against the manifest.
struct PublishedDirectory {
    /// What was read of it.
    struct Reading: Equatable {
        /// The lines of `results.jsonl.zst`.
        var results = AnswerDigest()
        /// The lines of `errors.jsonl.zst`.
        var errors = AnswerDigest()
        /// What the manifest says came in.
        var recordsIn = 0
        /// What is wrong with it.
        var violations: [String] = []

        /// Results and errors together.
        var all: AnswerDigest {
            var all = results
            all.add(errors)
            return all
        }
    }

    let disk: any FileSystem
    let path: FilePath

    /// Limits that no file of the campaign reaches.
    private static let limits: InputLimits = {
        var limits = InputLimits()
        limits.compressedBytesMaximum = .max
        limits.decodedBytesMaximum = .max
        limits.framesMaximum = .max
        limits.ratioMaximum = .max
        return limits
    }()

    /// Reads every file.
    ///
    /// - Returns: What is in it and what is wrong with it.
    /// - Throws: `FileSystemError`.
    func read() throws -> Reading {
        var reading = Reading()
        let names = Set(try disk.entries(of: path, maximum: 64).map(\.name.string))
        let markers = names.intersection([PublishedName.success, PublishedName.failed])
        if markers != [PublishedName.success] { reading.violations.append("I2 '\(path)' has markers \(markers)") }
        guard names.contains(PublishedName.manifest) else {
            reading.violations.append("I2 '\(path)' has no manifest")
            return reading
        }
        let bytes = try disk.readFile(path.appending(PublishedName.manifest), bytesMaximum: 1 << 20)
        let manifest = try DocumentCoding.decode(Manifest.self, from: bytes)
        reading.recordsIn = manifest.records.read
        for file in manifest.files { try check(file, names: names, &reading) }
        if manifest.records.read != reading.results.count + reading.errors.count {
            reading.violations.append(
                "I1 '\(path)' has \(reading.results.count) results and \(reading.errors.count) errors of "
                    + "\(manifest.records.read) records"
            )
        }
        return reading
    }

    private func check(_ file: PublishedFile, names: Set<String>, _ reading: inout Reading) throws {
        guard names.contains(file.name) else { return reading.violations.append("I2 '\(path)' lacks \(file.name)") }
        var digest = AnswerDigest()
        let (bytes, hash) = try scan(file.name, isLines: file.name.hasSuffix(".zst"), &digest)
        if bytes != file.bytes || hash != file.sha256 {
            reading.violations.append("I2 '\(path)/\(file.name)' is not what the manifest says")
        }
        if file.name == PublishedName.results { reading.results = digest }
        if file.name == PublishedName.errors { reading.errors = digest }
    }

    private func scan(
        _ name: String,
        isLines: Bool,
        _ digest: inout AnswerDigest
    ) throws -> (bytes: Int, sha256: String) {
        let file = try disk.open(path.appending(name), .read)
        defer { try? file.close() }
        var hash = SHA256()
        var bytes = 0
        let stream = try DecodedStream(isLines ? .zstd : .none, limits: Self.limits) { buffer in
            let count = try file.read(into: buffer)
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            bytes += count
            return count
        }
        let reader = LineReader(stream)
        var block = LineBlock()
        while try reader.nextBlock(into: &block, maximumRecords: 4096, maximumBytes: 1 << 24) {
            for line in block.lines where isLines { digest.add(block.bytes(of: line)) }
        }
        let sha256 = hash.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        return (bytes, sha256)
    }
}
