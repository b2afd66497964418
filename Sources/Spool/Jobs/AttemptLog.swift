public import BatchCore
public import SystemPackage

/// `attempts.log`: the attempts that were charged to a job's shards, one JSON line each.
///
/// It is rewritten as a whole each time, so it is never torn; failures are rare and the log stays short.
public struct AttemptLog: Sendable {
    /// The largest log that is read, in bytes.
    public static let bytesMaximum = 16 << 20

    /// All entries, oldest first.
    public private(set) var entries: [AttemptEntry] = []
    private let path: FilePath

    /// Opens a job's log, which need not exist.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - disk: Where it lies.
    /// - Throws: `FileSystemError`, or `DecodingError` where the log is not ours.
    public init(path: FilePath, on disk: any FileSystem) throws {
        self.path = path
        guard try disk.status(of: path) != nil else { return }
        let content = try disk.readFile(path, bytesMaximum: Self.bytesMaximum)
        for line in content.split(separator: UInt8(ascii: "\n")) {
            entries.append(try DocumentCoding.decode(AttemptEntry.self, from: Array(line)))
        }
    }

    /// Adds entries and makes them durable before returning.
    ///
    /// - Parameters:
    ///   - new: The entries.
    ///   - disk: Where the log lies.
    /// - Throws: `FileSystemError`; the log is then unchanged.
    public mutating func append(_ new: [AttemptEntry], on disk: any FileSystem) throws {
        var content: [UInt8] = []
        for entry in entries + new { content += try DocumentCoding.encode(entry) }
        try disk.writeDurably(content, to: path)
        entries += new
    }
}
