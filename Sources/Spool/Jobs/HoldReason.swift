import SystemPackage

/// Says in a held job's directory why it waits.
struct HoldReason: Codable, Equatable {
    /// A stable word.
    let code: String
    /// A sentence.
    let message: String

    static let fileName = "hold.reason.json"
    /// The largest file that is read, in bytes.
    private static let bytesMaximum = 1 << 20

    init(_ failure: JobFailure) {
        code = failure.code
        message = failure.message
    }

    /// Reads what was written; nil where nothing was, or nothing that can be read.
    init?(of job: JobLayout, on disk: any FileSystem) throws {
        let path = job.directory.appending(Self.fileName)
        guard try disk.status(of: path) != nil else { return nil }
        let bytes = try disk.readFile(path, bytesMaximum: Self.bytesMaximum)
        guard let reason = try? DocumentCoding.decode(HoldReason.self, from: bytes) else { return nil }
        self = reason
    }

    /// Writes the reason.
    func write(to job: JobLayout, on disk: any FileSystem) throws {
        try disk.writeDurably(
            DocumentCoding.encode(self, indented: true),
            to: job.directory.appending(Self.fileName)
        )
    }
}
