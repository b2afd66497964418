import SystemPackage

/// `control/`: where commands leave what they ask of the daemon that runs, and learn what became of it.
///
/// A command leaves `ID.json`. The daemon takes it by renaming it to `ID.taken`, does it, makes that durable, removes the
/// request durably and leaves `ID.answer`. A command that waits no longer removes `ID.json`: where that succeeds, nothing
/// of the request is ever done; where it has gone, the daemon has taken it and ends it, or the next one does.
///
/// A request that is there after a crash, taken or not, is done once more, which is the same as once: all that is asked
/// of a job is done in the order in which it came, and nothing is begun before what came earlier has been removed.
public struct ControlInbox: Sendable {
    /// What became of a request.
    public enum Fate: Sendable, Equatable {
        /// Nobody has looked at it yet.
        case waiting
        /// A daemon has taken it, and has not ended it yet; it may wait for what is being computed.
        case taken
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
    /// Requests that are taken in one turn; the rest has its turn later.
    static let requestsPerTurnMaximum = 64
    /// Requests that are taken and not concluded; while there are so many, the others wait where they are.
    static let requestsInHandMaximum = 1_024
    /// Entries that are looked at in one turn.
    static let entriesMaximum = 1 << 16
    /// Answers that nobody has fetched, beyond which the older half is forgotten.
    static let answersMaximum = 256

    private static let requestEnding = ".json"
    private static let takenEnding = ".taken"
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
        // In the order in which a daemon makes them, so that none is missed between two looks.
        if try disk.status(of: Self.request(id)) != nil { return .waiting }
        if try disk.status(of: Self.taken(id)) != nil { return .taken }
        let path = Self.answer(id)
        guard try disk.status(of: path) != nil else { return .unknown }
        let bytes = try disk.readFile(path, bytesMaximum: Self.requestBytesMaximum)
        let answer = try DocumentCoding.decode(Answer.self, from: bytes)
        try? disk.removeFile(path)
        return answer.refusal.map { .refused(ControlRefusal($0)) } ?? .carriedOut
    }

    /// Takes a request back.
    ///
    /// - Parameter id: Its name.
    /// - Returns: Whether no daemon had taken it; then nothing of it is ever done, also after a power loss.
    /// - Throws: `FileSystemError`.
    public func withdraw(_ id: String) throws -> Bool {
        guard try remove(Self.request(id)) else { return false }
        try disk.syncDirectory(SpoolLayout.control)
        return true
    }

    // MARK: The daemon's side

    /// The requests that can be taken, those of an earlier life included; forgets answers that nobody fetches.
    ///
    /// - Parameter inHand: Those that were taken in this life.
    /// - Returns: Their ids, in order.
    /// - Throws: `FileSystemError`.
    func waiting(besides inHand: Set<String> = []) throws -> [String] {
        guard try disk.status(of: SpoolLayout.control)?.kind == .directory else { return [] }
        var ids: Set<String> = []
        var answers: [FilePath] = []
        for entry in try disk.entries(of: SpoolLayout.control, maximum: Self.entriesMaximum) {
            let name = entry.name.string
            guard entry.kind == .regular, !name.hasPrefix(".") else { continue }
            if name.hasSuffix(Self.answerEnding) { answers.append(SpoolLayout.control.appending(entry.name)) }
            for ending in [Self.requestEnding, Self.takenEnding] where name.hasSuffix(ending) {
                ids.insert(String(name.dropLast(ending.count)))
            }
        }
        forget(answers)
        return ids.subtracting(inHand).sorted()
    }

    /// Takes a request, which nobody can withdraw any more.
    ///
    /// - Returns: Nil where it has been withdrawn.
    func take(_ id: String) throws -> TakenRequest? {
        do throws(FileSystemError) {
            try disk.rename(Self.request(id), to: Self.taken(id), replacing: true)
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            // An earlier life has taken it, where nobody has withdrawn it.
            guard try disk.status(of: Self.taken(id)) != nil else { return nil }
        }
        do throws(ControlRefusal) {
            return TakenRequest(id: id, request: try read(Self.taken(id)), outcome: nil)
        } catch {
            return TakenRequest(id: id, request: nil, outcome: .failure(error))
        }
    }

    /// Says that a request was carried out, or why not; every step may have been done before.
    ///
    /// The request goes first, and durably: carried out once more after a power loss, it would undo what was asked since.
    func conclude(_ id: String, _ outcome: Result<Void, ControlRefusal>) throws {
        _ = try remove(Self.taken(id))
        try disk.syncDirectory(SpoolLayout.control)
        var answer = Answer()
        if case .failure(let refusal) = outcome { answer.refusal = refusal.message }
        try disk.replaceUnsynced(Self.answer(id), with: DocumentCoding.encode(answer))
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

    // MARK: The side of a command where no daemon runs

    /// The requests of one job that a daemon has left, or commands that were killed while they waited.
    func left(of job: JobName) throws -> [String] {
        try waiting().filter { id in
            [Self.taken(id), Self.request(id)].contains { (try? read($0))?.job == job }
        }
    }

    // MARK: Files

    private func read(_ path: FilePath) throws(ControlRefusal) -> ControlRequest {
        let bytes: [UInt8]
        do throws(FileSystemError) {
            bytes = try disk.readFile(path, bytesMaximum: Self.requestBytesMaximum)
        } catch {
            let advice = error.isRefusal ? "; ask as the user that batchd runs as: runuser -u USER -- batchd …" : ""
            throw ControlRefusal("the daemon cannot read the request: \(error)\(advice)")
        }
        guard let request = try? DocumentCoding.decode(ControlRequest.self, from: bytes) else {
            throw ControlRefusal("the request is none that this build of batchd knows")
        }
        return request
    }

    /// - Returns: Whether it was there.
    private func remove(_ path: FilePath) throws -> Bool {
        do throws(FileSystemError) {
            try disk.removeFile(path)
            return true
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return false
        }
    }

    private func forget(_ answers: [FilePath]) {
        guard answers.count > Self.answersMaximum else { return }
        let written = answers.map { path in
            (path: path, atSeconds: (try? disk.status(of: path))?.modifiedSeconds ?? 0)
        }
        let older = written.sorted { $0.atSeconds < $1.atSeconds }.dropLast(Self.answersMaximum / 2)
        // Whoever waited for one learns that it has gone; what cannot be removed keeps nobody from asking.
        for answer in older { try? disk.removeFile(answer.path) }
    }

    private static func request(_ id: String) -> FilePath { SpoolLayout.control.appending(id + requestEnding) }
    private static func taken(_ id: String) -> FilePath { SpoolLayout.control.appending(id + takenEnding) }
    private static func answer(_ id: String) -> FilePath { SpoolLayout.control.appending(id + answerEnding) }
}

/// A request that was taken and is not concluded.
struct TakenRequest {
    /// Its name.
    let id: String
    /// What is asked; nil where that cannot be read.
    let request: ControlRequest?
    /// What became of it, where nothing is left but to say so.
    var outcome: Result<Void, ControlRefusal>?
}
