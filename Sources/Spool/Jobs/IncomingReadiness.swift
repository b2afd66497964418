import BatchCore
import SystemPackage

/// Tells whether a dropped file is complete.
struct IncomingReadiness {
    let disk: any FileSystem
    let layout: QueueLayout
    let time: any TimeSource

    /// What to do with it.
    enum Answer: Equatable {
        /// Claim it.
        case ready
        /// Look again after so many seconds.
        case waits(seconds: Double)
        /// It is no longer there.
        case gone
    }

    /// Between two looks at a file that somebody is still writing, in seconds.
    static let writerRetrySeconds = 0.25

    /// Checks one entry of `incoming/`.
    ///
    /// A rename into place, a manifest or an empty `.done` beside it says that a file is complete. Otherwise a read
    /// lease tells whether anybody still writes, and where that cannot be asked, its age.
    func check(
        _ source: SourceName,
        _ entry: DirectoryEntry,
        names: Set<FilePath.Component>,
        arrived: Bool,
        _ settings: QueueConfiguration
    ) throws -> Answer {
        let path = layout.incoming.appending(source.name)
        guard let status = try disk.status(of: path) else { return .gone }
        let settle = settings.settleSeconds
        let age = time.wallSeconds - status.modifiedSeconds
        // A modification time in the future says nothing; such a file counts as new.
        let unsettled = age < 0 ? settle : max(settle - age, 0)
        switch entry.kind {
        case .other: return .ready
        case .directory:
            guard try disk.status(of: path.appending(PublishedName.success)) != nil else {
                return .waits(seconds: max(settle, Self.writerRetrySeconds))
            }
            return .ready
        case .regular: break
        }
        let lies = { (name: String) in names.contains(FilePath.Component(name) ?? ".") }
        if ClaimedSidecars.manifestNames(for: source).contains(where: lies) { return .ready }
        if settings.integrity == .strict {
            // Its manifest may still be on the way.
            return unsettled > 0 ? .waits(seconds: unsettled) : .ready
        }
        if arrived || ClaimedSidecars.doneNames(for: source).contains(where: lies) { return .ready }
        switch try disk.writers(of: path) {
        case .none: return .ready
        case .some: return .waits(seconds: Self.writerRetrySeconds)
        case .unknown: return unsettled > 0 ? .waits(seconds: unsettled) : .ready
        }
    }
}

/// The names of the statements that may lie beside a job file.
enum ClaimedSidecars {
    static func manifestNames(for source: SourceName) -> [String] {
        Array(Set([source.stem, source.name])).sorted().map { $0 + ".manifest.json" }
    }

    static func doneNames(for source: SourceName) -> [String] {
        Array(Set([source.stem, source.name])).sorted().map { $0 + ".done" }
    }

    static func names(for source: String) -> [String] {
        // A name without a job file's ending can only be that of a directory.
        for isDirectory in [false, true] {
            if case .job(let name) = IncomingName(bytes: Array(source.utf8), isDirectory: isDirectory) {
                return manifestNames(for: name) + doneNames(for: name)
            }
        }
        return []
    }

    /// Removes the statements that were claimed with a file, durably, before the file leaves `claimed/`: one that
    /// outlived its file would speak of the next file of that name.
    static func remove(for source: String, in layout: QueueLayout, on disk: any FileSystem) throws(FileSystemError) {
        var isChanged = false
        for sidecar in names(for: source) {
            let path = layout.claimed.appending(sidecar)
            guard try disk.status(of: path) != nil else { continue }
            try disk.removeFile(path)
            isChanged = true
        }
        if isChanged { try disk.syncDirectory(layout.claimed) }
    }
}
