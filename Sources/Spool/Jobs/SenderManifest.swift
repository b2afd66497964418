import BatchCore
import SystemPackage

/// What the sender says about a file beside it, in `NAME.manifest.json`; every field may be absent.
struct SenderManifest: Codable, Equatable {
    /// The file's size.
    var bytes: Int?
    /// The file's SHA-256, in hexadecimal digits.
    var sha256: String?
    /// The number of non-blank lines.
    var records: Int?
    /// Whether the same content is to be answered again.
    var isRepetition: Bool?
    /// The job that is to be repeated, where the sender knows it.
    var repeats: String?
    /// Why the statement itself cannot be read.
    var problem: String?

    private enum CodingKeys: String, CodingKey {
        case bytes
        case sha256
        case records
        case isRepetition = "again"
        case repeats
    }

    /// The largest manifest that is read, in bytes.
    static let bytesMaximum = 1 << 20

    /// Reads the statement beside a claimed file.
    ///
    /// - Returns: A statement that says nothing where there is none.
    /// - Throws: `FileSystemError`.
    static func read(for source: SourceName, in claimed: FilePath, on disk: any FileSystem) throws -> SenderManifest {
        for name in ClaimedSidecars.manifestNames(for: source) {
            if let statement = try read(at: claimed.appending(name), on: disk) { return statement }
        }
        return SenderManifest()
    }

    /// Reads one statement; nil where none is.
    static func read(at path: FilePath, on disk: any FileSystem) throws -> SenderManifest? {
        guard let status = try disk.status(of: path), status.kind == .regular else { return nil }
        guard status.bytes <= bytesMaximum else { return SenderManifest(problem: "it is larger than 1 MiB") }
        do {
            let bytes = try disk.readFile(path, bytesMaximum: bytesMaximum)
            let statement = try DocumentCoding.decode(Self.self, from: bytes)
            guard statement != SenderManifest() else {
                // With a mistyped key it would hold the file to nothing, and its sender would trust in it.
                return SenderManifest(problem: "it states none of bytes, sha256, records and again")
            }
            return statement
        } catch let error as FileSystemError {
            if error.isRefusal { return SenderManifest(problem: "it may not be read by batchd") }
            // A sender who still has it open can make it longer at any time.
            if error.errno == .fileTooLarge { return SenderManifest(problem: "it is larger than 1 MiB") }
            throw error
        } catch {
            return SenderManifest(problem: "it is not {\"bytes\", \"sha256\", \"records\"}")
        }
    }

    /// Whether it describes this finished job, and not the file of that size beside it.
    func isOf(_ job: JobMetrics, ratherThan fileBytes: Int) -> Bool {
        guard !again, bytes != nil || sha256 != nil, bytes != fileBytes else { return false }
        return (bytes ?? job.input.bytes) == job.input.bytes
            && (sha256?.lowercased() ?? job.input.sha256) == job.input.sha256
            && (records ?? job.records.read) == job.records.read
    }

    /// Characters of a stated value that are repeated in messages: as many as a hash has.
    private static let shownMaximum = 64

    var again: Bool { isRepetition ?? false }

    /// Whether it says anything about the content.
    var isConfirmation: Bool { bytes != nil || sha256 != nil || records != nil }

    /// Why the content is not what the sender said, or not certain enough for a strict queue.
    func contradiction(of content: IngestedContent, strict: Bool) -> JobFailure? {
        if let problem {
            return JobFailure(
                code: "manifest_invalid",
                message: "The manifest beside the file cannot be used: \(problem); mend it and drop both again."
            )
        }
        let expected = [
            ("bytes", bytes.map(String.init), String(content.bytes)),
            ("sha256", sha256?.lowercased(), content.sha256),
            ("records", records.map(String.init), String(content.records)),
        ]
        for (field, stated, found) in expected {
            if let stated, stated != found {
                return JobFailure(
                    code: "manifest_mismatch",
                    message: "The manifest says \(field) \(stated.prefix(Self.shownMaximum)), the file has \(found); "
                        + "send both again."
                )
            }
        }
        guard strict else { return nil }
        if !isConfirmation {
            return JobFailure(
                code: "manifest_missing",
                message: "integrity is strict and no manifest lies beside the file; send NAME.manifest.json first."
            )
        }
        if !content.checksummed {
            return JobFailure(
                code: "checksum_missing",
                message: "integrity is strict and a frame has no checksum; compress with 'zstd --check'."
            )
        }
        return nil
    }
}
