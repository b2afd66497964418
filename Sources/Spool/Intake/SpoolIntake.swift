public import SystemPackage

/// Drops files into a queue the way a careful sender does: whole, durable, and only then visible.
public struct SpoolIntake: Sendable {
    private let disk: any FileSystem
    private let layout: QueueLayout
    private let settings: QueueConfiguration

    /// Creates the intake of one queue; its directories are made where they are missing.
    ///
    /// - Parameters:
    ///   - disk: The root.
    ///   - queue: The queue's name.
    ///   - settings: The queue's configuration.
    /// - Throws: `FileSystemError`.
    public init(disk: any FileSystem, queue: String, settings: QueueConfiguration) throws(FileSystemError) {
        self.disk = disk
        self.settings = settings
        layout = QueueLayout(queue: queue)
        try layout.makeDirectories(on: disk)
    }

    /// Whether, and how, content that was answered before is answered again.
    public enum Repetition: Sendable, Equatable {
        /// It is not: the same content is a duplicate.
        case none
        /// As a repetition of whichever job has the content.
        case again
        /// As a repetition of this job.
        case of(String)
    }

    /// Copies a file or a directory of parts into `incoming/`.
    ///
    /// - Parameters:
    ///   - path: What is dropped, relative to `source`.
    ///   - source: Where it lies, which need not be this root.
    ///   - name: The name it is dropped under.
    ///   - repetition: Whether content that was answered before is answered again.
    /// - Returns: What is known of the drop; it is durable.
    /// - Throws: `IntakeError` where the name cannot be dropped, `FileSystemError`; nothing is dropped then.
    public func drop(
        _ path: FilePath,
        on source: any FileSystem,
        as name: String,
        repetition: Repetition = .none
    ) throws -> DroppedFile {
        let isDirectory = try source.status(of: path)?.kind == .directory
        let dropped: SourceName
        switch IncomingName(bytes: Array(name.utf8), isDirectory: isDirectory) {
        case .job(let parsed): dropped = parsed
        case .unusable(let reason): throw IntakeError.unusableName(name, reason)
        case .unfinished, .sidecar: throw IntakeError.unusableName(name, "it means that a file is not complete")
        }
        let target = layout.incoming.appending(name)
        let manifest = layout.incoming.appending(name + ".manifest.json")
        for taken in [target, manifest] where try disk.status(of: taken) != nil { throw IntakeError.taken(taken) }
        if repetition != .none { try refuseBesideUnread(name) }
        // Who may write here and not read cannot make the drop durable, and must learn that before it is there.
        try disk.syncDirectory(layout.incoming)
        var copy = IntakeCopy(disk: disk, source: source, target: layout.incoming.appending(".\(name).part"))
        do {
            let content = try copy.copy(path, isDirectory: isDirectory)
            let drop = try predict(dropped, content, repetition)
            try publish(copy.target, as: target, manifest: statement(of: content, repetition), at: manifest)
            return drop
        } catch {
            copy.discard()
            throw error
        }
    }

    /// A strict queue wants a manifest of everything; elsewhere one is written where it says more than the file.
    private func statement(of content: IntakeContent, _ repetition: Repetition) -> SenderManifest? {
        var statement = SenderManifest(bytes: content.bytes, sha256: content.sha256)
        switch repetition {
        case .none:
            guard settings.integrity == .strict else { return nil }
        case .again: statement.isRepetition = true
        case .of(let key):
            statement.isRepetition = true
            statement.repeats = key
        }
        return statement
    }

    private func publish(
        _ copy: FilePath,
        as target: FilePath,
        manifest: SenderManifest?,
        at manifestPath: FilePath
    ) throws {
        // The manifest goes first: the file must never be seen, and claimed, without it.
        if let manifest { try disk.writeDurably(DocumentCoding.encode(manifest), to: manifestPath) }
        do throws(FileSystemError) {
            try disk.rename(copy, to: target, replacing: false)
            try disk.syncDirectory(layout.incoming)
        } catch {
            if manifest != nil { try? disk.removeFile(manifestPath) }
            throw error.errno == .fileExists ? IntakeError.taken(target) : error
        }
    }

    /// A repetition gets the next free key, and a file that was taken and not read yet may get that one first.
    private func refuseBesideUnread(_ name: String) throws {
        let claimed = layout.claimed.appending(name)
        guard try disk.status(of: claimed) != nil else { return }
        let isJob = try disk.entries(of: layout.jobs, maximum: .max).contains { entry in
            (try? JobFiles.record(at: layout.job(entry.name.string).record, on: disk))?.source == name
        }
        if !isJob { throw IntakeError.unread(claimed) }
    }

    private func predict(
        _ name: SourceName,
        _ content: IntakeContent,
        _ repetition: Repetition
    ) throws -> DroppedFile {
        let registry = KeyRegistry(disk: disk, layout: layout)
        var repeats: String?
        if case .of(let key) = repetition { repeats = key }
        let decision = try registry.decide(
            stem: name.stem,
            sha256: content.sha256,
            again: repetition != .none,
            repeats: repeats,
            replayed: content.replayed,
            versioned: settings.sameName == .version
        )
        let drop = DroppedFile(
            queue: layout.queue,
            name: name,
            sha256: content.sha256,
            replayed: content.replayed,
            repeats: repeats,
            expectation: DroppedFile.Expectation(decision),
            knownKeys: []
        )
        return try drop.noting(keysIn: registry)
    }
}

/// Why a file cannot be dropped.
public enum IntakeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No job can have the name; the name and the reason.
    case unusableName(String, String)
    /// Something of that name is waiting to be claimed.
    case taken(FilePath)
    /// Another drop of that name is being copied.
    case underWay(FilePath)
    /// Something of that name was claimed and has no key yet.
    case unread(FilePath)
    /// The directory is still being written, or holds no part.
    case notComplete(String)

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .unusableName(let name, let reason): "'\(name)' cannot be a job: \(reason)"
        case .taken(let path):
            "'\(path)' is there already and waits to be claimed; try again later, or drop under another name"
        case .underWay(let path):
            "'\(path)' is being written by another drop of that name; try again later, or remove it if there is none"
        case .unread(let path):
            "'\(path)' was taken and is being read, and gets its key only then; try again in a moment"
        case .notComplete(let reason): reason
        }
    }
}
