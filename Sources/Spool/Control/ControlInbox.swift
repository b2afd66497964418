import SystemPackage

/// `control/`: where commands leave what they ask of the daemon that runs, and learn what became of it.
///
/// A request is a file; it is removed once it was carried out and that is durable, and an answer is left beside it.
public struct ControlInbox {
    /// What became of a request.
    public enum Fate: Sendable, Equatable {
        /// Nobody has looked at it yet, or it waits for what is being computed.
        case waiting
        /// It was carried out, and that is durable.
        case carriedOut
        /// It was refused.
        case refused(ControlRefusal)
        /// It has gone, and the daemon that took it has left no answer (yet).
        case unknown
    }

    private struct Answer: Codable {
        var refusal: String?
    }

    /// The largest request that is read, in bytes.
    static let requestBytesMaximum = 64 << 10
    /// Requests that are read in one turn; the rest has its turn later.
    static let requestsPerTurnMaximum = 64

    private static let requestEnding = ".json"
    private static let answerEnding = ".answer"

    private let disk: any FileSystem

    /// Creates the inbox of a root.
    public init(disk: any FileSystem) {
        self.disk = disk
    }

    // MARK: The command's side

    /// Leaves a request.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - id: A name that nobody else uses.
    /// - Throws: `FileSystemError`.
    public func leave(_ request: ControlRequest, id: String) throws {
        let bytes = try DocumentCoding.encode(request)
        do throws(FileSystemError) {
            try disk.writeDurably(bytes, to: Self.request(id))
        } catch {
            // A daemon that begins sweeps away what is half written; it begins once.
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            try disk.writeDurably(bytes, to: Self.request(id))
        }
    }

    /// What became of a request.
    ///
    /// - Parameter id: Its name.
    /// - Returns: What became of it.
    /// - Throws: `FileSystemError`.
    public func fate(of id: String) throws -> Fate {
        let isWaiting = try disk.status(of: Self.request(id)) != nil
        let path = Self.answer(id)
        guard try disk.status(of: path) != nil else { return isWaiting ? .waiting : .unknown }
        let bytes = try disk.readFile(path, bytesMaximum: Self.requestBytesMaximum)
        let answer = try DocumentCoding.decode(Answer.self, from: bytes)
        try? disk.removeFile(path)
        return answer.refusal.map { .refused(ControlRefusal($0)) } ?? .carriedOut
    }

    /// Takes a request back.
    ///
    /// - Parameter id: Its name.
    /// - Returns: Whether nobody had carried it out.
    /// - Throws: `FileSystemError`.
    public func withdraw(_ id: String) throws -> Bool {
        do throws(FileSystemError) {
            try disk.removeFile(Self.request(id))
            return true
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return false
        }
    }

    // MARK: The daemon's side

    /// The requests that wait, and files that are none.
    ///
    /// - Returns: By id, in the order of the ids; nil for what cannot be understood.
    func waiting() throws -> [(id: String, request: ControlRequest?)] {
        guard try disk.status(of: SpoolLayout.control)?.kind == .directory else { return [] }
        let entries = try disk.entries(of: SpoolLayout.control, maximum: 16 * Self.requestsPerTurnMaximum)
        let ids = entries.compactMap { entry -> String? in
            let name = entry.name.string
            guard entry.kind == .regular, name.hasSuffix(Self.requestEnding), !name.hasPrefix(".") else { return nil }
            return String(name.dropLast(Self.requestEnding.count))
        }
        return ids.sorted().prefix(Self.requestsPerTurnMaximum).map { id in
            let bytes = try? disk.readFile(Self.request(id), bytesMaximum: Self.requestBytesMaximum)
            return (id, bytes.flatMap { try? DocumentCoding.decode(ControlRequest.self, from: $0) })
        }
    }

    /// Says that a request was carried out, or why not.
    ///
    /// The request goes first, and durably: carried out once more after a power loss, it would undo what was asked since.
    func conclude(_ id: String, _ refusal: ControlRefusal?) throws {
        try disk.removeFile(Self.request(id))
        try disk.syncDirectory(SpoolLayout.control)
        try disk.replaceUnsynced(Self.answer(id), with: DocumentCoding.encode(Answer(refusal: refusal?.message)))
    }

    /// Makes the directory durable where it is missing, and forgets answers whose command has gone.
    func open() throws {
        if try disk.status(of: SpoolLayout.control) == nil { try disk.makeDirectory(SpoolLayout.control) }
        // One that is seen need not be durable: the life that made it may have been killed before its sync.
        try disk.syncDirectory("")
        for entry in try disk.entries(of: SpoolLayout.control, maximum: .max) {
            let name = entry.name.string
            guard name.hasSuffix(Self.answerEnding) || name.hasSuffix(".tmp") else { continue }
            try disk.removeFile(SpoolLayout.control.appending(entry.name))
        }
    }

    private static func request(_ id: String) -> FilePath { SpoolLayout.control.appending(id + requestEnding) }
    private static func answer(_ id: String) -> FilePath { SpoolLayout.control.appending(id + answerEnding) }
}
