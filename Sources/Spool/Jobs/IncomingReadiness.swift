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

    /// Between two looks for the marker of a directory, in seconds, however long files are left alone.
    static func directoryRetrySeconds(_ settings: QueueConfiguration) -> Double {
        min(max(settings.settleSeconds, writerRetrySeconds), directoryRetrySecondsMaximum)
    }

    /// The longest time between two looks for the marker of a directory, in seconds.
    private static let directoryRetrySecondsMaximum = 2.0

    /// Checks one entry of `incoming/`.
    ///
    /// A rename into place, or a manifest or an empty `.done` that is as new as the file, says that it is complete.
    /// Otherwise a read lease tells whether anybody still writes, and where that cannot be asked, its age.
    func check(
        _ source: SourceName,
        _ entry: DirectoryEntry,
        names: Set<FilePath.Component>,
        arrived: Bool,
        _ settings: QueueConfiguration,
        _ sightings: inout Sightings
    ) throws -> Answer {
        let path = layout.incoming.appending(source.name)
        if entry.kind == .directory {
            // With tens of thousands of them, every call counts.
            let isMarked = try disk.status(of: path.appending(PublishedName.success)) != nil
            return isMarked ? .ready : .waits(seconds: Self.directoryRetrySeconds(settings))
        }
        guard let status = try disk.status(of: path) else { return .gone }
        if entry.kind == .other { return .ready }
        if try isAnnounced(source, status, names: names) { return .ready }
        let unsettled = unsettledSeconds(entry, status, settings, &sightings)
        // The manifest that a strict queue wants may still be on the way.
        if settings.integrity == .strict, unsettled > 0 { return .waits(seconds: unsettled) }
        return arrived ? .ready : try presence(at: path, unsettled: unsettled)
    }

    /// Checks an entry that no job can have the name of: an upload may still be on its way to another name.
    func checkUnusable(
        _ entry: DirectoryEntry,
        _ settings: QueueConfiguration,
        _ sightings: inout Sightings
    ) throws -> Answer {
        let path = layout.incoming.appending(entry.name)
        guard let status = try disk.status(of: path) else { return .gone }
        let unsettled = unsettledSeconds(entry, status, settings, &sightings)
        if unsettled > 0 { return .waits(seconds: unsettled) }
        return status.kind == .regular ? try presence(at: path, unsettled: 0) : .ready
    }

    /// Whether a statement beside the file says that it is complete. One that is older may speak of a former file of
    /// that name.
    private func isAnnounced(
        _ source: SourceName,
        _ file: FileStatus,
        names: Set<FilePath.Component>
    ) throws -> Bool {
        for name in ClaimedSidecars.manifestNames(for: source) + ClaimedSidecars.doneNames(for: source) {
            guard let name = FilePath.Component(name), names.contains(name) else { continue }
            let statement = try disk.status(of: layout.incoming.appending(name))
            if let statement, statement.modifiedSeconds >= file.modifiedSeconds { return true }
        }
        return false
    }

    /// How long an entry must still stay as it is before its age says that it is complete.
    private func unsettledSeconds(
        _ entry: DirectoryEntry,
        _ status: FileStatus,
        _ settings: QueueConfiguration,
        _ sightings: inout Sightings
    ) -> Double {
        let settle = settings.settleSeconds
        let age = time.wallSeconds - status.modifiedSeconds
        if age >= settle { return 0 }
        // A modification time in the future says nothing, but to have seen no change for so long does.
        let unchanged = sightings.secondsUnchanged(entry.name, status, now: time.monotonicSeconds)
        return max(settle - max(age, unchanged), 0)
    }

    private func presence(at path: FilePath, unsettled: Double) throws -> Answer {
        do throws(FileSystemError) {
            switch try disk.writers(of: path) {
            case .none: return .ready
            case .some: return .waits(seconds: Self.writerRetrySeconds)
            case .unknown: return unsettled > 0 ? .waits(seconds: unsettled) : .ready
            }
        } catch {
            // It has been replaced by something that is no file; reading it will say so.
            if error.errno == .invalidArgument { return .ready }
            throw error
        }
    }
}

/// Since when entries of `incoming/` have looked as they do, by the monotonic clock.
struct Sightings {
    private var seen: [FilePath.Component: (status: FileStatus, since: Double)] = [:]

    /// Notes how an entry looks.
    ///
    /// - Returns: For how long it is known to have looked so.
    mutating func secondsUnchanged(_ name: FilePath.Component, _ status: FileStatus, now: Double) -> Double {
        if let known = seen[name], known.status == status { return now - known.since }
        seen[name] = (status, now)
        return 0
    }

    /// Forgets what is no longer there.
    mutating func keep(only names: Set<FilePath.Component>) {
        seen = seen.filter { names.contains($0.key) }
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
            // A directory of such a name is no statement, but somebody's job.
            guard let status = try disk.status(of: path), status.kind != .directory else { continue }
            try disk.removeFile(path)
            isChanged = true
        }
        if isChanged { try disk.syncDirectory(layout.claimed) }
    }
}
