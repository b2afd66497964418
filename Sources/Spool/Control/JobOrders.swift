import SystemPackage

/// `jobs/KEY/orders.json`: what an operator said of a job after it was accepted; `job.json` itself never changes.
struct JobOrders: Codable, Equatable {
    /// Why it is ended without results.
    var cancelled: JobFailure?
    /// Its rank.
    var rank = JobRank.normal

    private static let fileName = "orders.json"
    /// The largest file that is read, in bytes.
    private static let bytesMaximum = 1 << 20

    /// Nothing was said.
    init() {}

    /// Reads what was said of a job.
    ///
    /// - Parameters:
    ///   - job: The job's directory.
    ///   - disk: Where it lies.
    /// - Throws: `FileSystemError`; `EIO` where the seal is broken.
    init(of job: FilePath, on disk: any FileSystem) throws {
        let path = job.appending(Self.fileName)
        guard try disk.status(of: path) != nil else { return }
        let bytes = try disk.readFile(path, bytesMaximum: Self.bytesMaximum)
        guard let orders = try DocumentCoding.unseal(JobOrders.self, from: bytes) else {
            throw FileSystemError(operation: FileSystemError.unseal, path: path, errno: .ioError)
        }
        self = orders
    }

    /// Makes them durable.
    func write(to job: FilePath, on disk: any FileSystem) throws {
        try disk.writeDurably(DocumentCoding.seal(self), to: job.appending(Self.fileName))
    }
}
