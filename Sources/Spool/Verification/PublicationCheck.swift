import Glibc
public import SystemPackage

/// Holds the files of a published job against its manifest.
public struct PublicationCheck {
    private let disk: any FileSystem
    private let directory: FilePath

    /// What was found.
    public struct Outcome: Sendable {
        /// What the manifest says; nil where it cannot be read.
        public var manifest: Manifest?
        /// Files whose size and hash are as the manifest says.
        public var files = 0
        /// Their bytes.
        public var bytes = 0
        /// What is not as it should be, a sentence each.
        public var differences: [String] = []
    }

    /// Creates a check.
    ///
    /// - Parameters:
    ///   - disk: Where the directory lies.
    ///   - directory: The directory of the job's results, wherever it was moved.
    public init(disk: any FileSystem, directory: FilePath) {
        self.disk = disk
        self.directory = directory
    }

    /// Reads every file.
    ///
    /// - Parameter manifestSHA256: The manifest's hash, where something else than the directory knows it.
    /// - Returns: What was found.
    /// - Throws: `FileSystemError` where the directory cannot be read.
    public func outcome(manifestSHA256: String? = nil) throws -> Outcome {
        var outcome = Outcome()
        let path = directory.appending(PublishedName.manifest)
        guard try disk.status(of: path) != nil else {
            outcome.differences.append("'\(PublishedName.manifest)' is missing")
            return outcome
        }
        let bytes = try disk.readFile(path, bytesMaximum: DocumentLimits.documentBytesMaximum)
        if let manifestSHA256, ContentHash.hexadecimal(of: bytes) != manifestSHA256 {
            outcome.differences.append(
                "'\(PublishedName.manifest)' is not the one that was published: its hash is another"
            )
        }
        guard let manifest = try? DocumentCoding.decode(Manifest.self, from: bytes) else {
            outcome.differences.append("'\(PublishedName.manifest)' is no manifest")
            return outcome
        }
        outcome.manifest = manifest
        for file in manifest.files { try check(file, &outcome) }
        try checkMarker(manifest, &outcome)
        try checkStrangers(manifest, &outcome)
        return outcome
    }

    private func check(_ file: PublishedFile, _ outcome: inout Outcome) throws {
        let path = directory.appending(file.name)
        // A manifest from elsewhere must not lead out of its directory.
        guard FilePath(file.name).components.count == 1, !file.name.hasPrefix("/"), file.name != ".." else {
            return outcome.differences.append("the manifest names '\(file.name.visible)', which is no file name")
        }
        guard let status = try disk.status(of: path) else {
            return outcome.differences.append("'\(file.name)' is missing")
        }
        guard status.kind == .regular else { return outcome.differences.append("'\(file.name)' is no regular file") }
        guard status.bytes == file.bytes else {
            return outcome.differences.append("'\(file.name)' has \(status.bytes) bytes, expected \(file.bytes)")
        }
        let hash = try ContentHash.hexadecimal(of: path, on: disk)
        guard hash == file.sha256 else {
            return outcome.differences.append("'\(file.name)' has the SHA-256 \(hash), expected \(file.sha256)")
        }
        outcome.files += 1
        outcome.bytes += file.bytes
    }

    private func checkMarker(_ manifest: Manifest, _ outcome: inout Outcome) throws {
        let isSuccess = manifest.outcome == .success
        let (wanted, other) =
            isSuccess ? (PublishedName.success, PublishedName.failed) : (PublishedName.failed, PublishedName.success)
        if try disk.status(of: directory.appending(wanted)) == nil {
            outcome.differences.append("'\(wanted)' is missing, and the manifest says \(manifest.outcome.rawValue)")
        }
        if try disk.status(of: directory.appending(other)) != nil {
            outcome.differences.append("'\(other)' is there, and the manifest says \(manifest.outcome.rawValue)")
        }
    }

    /// Files of batchd's names that the manifest does not know; what others put beside them is their business.
    private func checkStrangers(_ manifest: Manifest, _ outcome: inout Outcome) throws {
        let ours = PublishedName.resultsOfAnyFormat + [PublishedName.errors, PublishedName.metrics]
        for name in ours where !manifest.files.contains(where: { $0.name == name }) {
            guard try disk.status(of: directory.appending(name)) != nil else { continue }
            outcome.differences.append("'\(name)' is there, and the manifest does not know it")
        }
    }
}

extension ContentHash {
    /// Bytes that are hashed at a time.
    private static let chunkBytes = 1 << 20

    /// The SHA-256 of a file.
    static func hexadecimal(of path: FilePath, on disk: any FileSystem) throws(FileSystemError) -> String {
        let file = try disk.open(path, .read)
        var hash = ContentHash()
        var chunk = [UInt8](repeating: 0, count: chunkBytes)
        do throws(FileSystemError) {
            while true {
                let count = try file.read(into: &chunk)
                if count == 0 { break }
                chunk.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            }
        } catch {
            try? file.close()
            throw error
        }
        try file.close()
        return hash.hexadecimal()
    }
}

extension QueueInspector {
    /// The hash of what is kept of a job's input, to be held against the one that its metrics give.
    ///
    /// - Parameter path: A file, or a directory of parts.
    /// - Returns: SHA-256 in hexadecimal.
    /// - Throws: `FileSystemError`.
    public func contentHash(ofInput path: FilePath) throws -> String {
        guard try disk.status(of: path)?.kind == .directory else {
            return try ContentHash.hexadecimal(of: path, on: disk)
        }
        var parts: [(sha256: String, name: String)] = []
        for name in try disk.entries(of: path, maximum: .max).map(\.name.string).sorted() {
            guard case .job = IncomingName(bytes: Array(name.utf8), isDirectory: false) else { continue }
            parts.append((try ContentHash.hexadecimal(of: path.appending(name), on: disk), name))
        }
        return ContentHash.identity(of: parts)
    }
}
