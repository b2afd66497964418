public import BatchCore
import SystemPackage

/// What senders leave that becomes no answer by itself: statements whose file never came, uploads that ended, entries
/// that cannot be taken, and ends of files that were written after their job had read them.
public struct StrayDiagnosis {
    private let disk: any FileSystem
    private let layout: QueueLayout
    private let time: any TimeSource

    /// The most entries that are looked at.
    private static let entriesMaximum = 10_000
    /// The age at which nobody works on such a file any more, in seconds.
    private static let staleSeconds = 3_600.0
    /// Entries of a kind that are named.
    private static let namedMaximum = 10
    /// For how long the input of a finished job is looked at, in seconds.
    private static let finishedSeconds = 86_400.0

    /// Creates a diagnosis.
    ///
    /// - Parameters:
    ///   - disk: The root.
    ///   - queue: The queue.
    ///   - time: The clock that ages are counted by.
    public init(disk: any FileSystem, queue: String, time: any TimeSource) {
        self.disk = disk
        layout = QueueLayout(queue: queue)
        self.time = time
    }

    /// Looks at the queue's `incoming/`, and at the inputs of its last jobs.
    ///
    /// - Returns: A finding for each kind that is there; none where nothing is, or where one may not look.
    public func findings() -> [Finding] {
        findingsInIncoming() + [changedInputs()].compactMap(\.self)
    }

    private func findingsInIncoming() -> [Finding] {
        // What cannot be looked into is said by the diagnosis of left-overs, once.
        guard let entries = try? disk.entries(of: layout.incoming, maximum: Self.entriesMaximum) else { return [] }
        let names = Set(entries.map(\.name.string))
        let said = (try? StatusReader.lastSnapshot(on: disk))?.waitingFiles?[layout.queue] ?? [:]
        let classified = entries.map { entry in
            (entry, IncomingName(bytes: entry.name.bytes, isDirectory: entry.kind == .directory))
        }
        let orphans = classified.compactMap { entry, name in
            if case .sidecar(let file, _) = name, !Self.hasFile(file, among: names) { entry } else { nil }
        }
        let uploads = classified.compactMap { entry, name in name == .unfinished ? entry : nil }
        let refused = entries.filter { said[$0.name.string] == WaitingFile.refusedReason }
        let unmarked = classified.compactMap { entry, name in
            if case .job = name, lacksMarker(entry) && !refused.contains(entry) { entry } else { nil }
        }
        return [
            finding(
                .warning,
                unmarked,
                "that no \(PublishedName.success) says to be complete",
                advice: "a directory is taken once \(PublishedName.success) is in it: have it finished, or remove it"
            ),
            finding(
                .warning,
                refused,
                "that batchd may not take",
                advice: WaitingFile.refusedReason
            ),
            finding(
                .warning,
                orphans,
                "whose file never came",
                advice: "have the file sent, or remove them: each counts for the next file of its name"
            ),
            finding(
                .note,
                uploads,
                "hidden, .part or .tmp, which nobody writes any more",
                advice: "batchd never takes or removes them: have them sent again, then remove them"
            ),
        ].compactMap(\.self)
    }

    /// Whether an entry is a directory that nobody has said to be complete; where one may not look, it is not told.
    private func lacksMarker(_ entry: DirectoryEntry) -> Bool {
        guard entry.kind == .directory else { return false }
        let marker = layout.incoming.appending(entry.name).appending(PublishedName.success)
        do throws(FileSystemError) {
            return try disk.status(of: marker) == nil
        } catch {
            return false
        }
    }

    /// Whether a job file is there that a statement of this stem or name speaks of.
    private static func hasFile(_ name: String, among names: Set<String>) -> Bool {
        IncomingName.jobEndings.contains { names.contains(name + $0) }
    }

    /// Inputs of the last day that have another size than was read of them, and that no job has read since.
    private func changedInputs() -> Finding? {
        // One after the other: a day's records are more than a look should keep in memory.
        let files = JobFiles(disk: disk, layout: layout)
        let entries = (try? files.doneEntries(since: time.wallSeconds - Self.finishedSeconds)) ?? []
        let recent = entries.lazy.compactMap { try? files.done($0.key) }
        var changed = Array(
            recent.compactMap { done -> (done: DoneRecord, input: FileStatus)? in
                guard let input = try? disk.status(of: layout.archive.appending(done.keptAs)), input.kind == .regular,
                    input.bytes != done.metrics.input.bytes
                else { return nil }
                return (done, input)
            }
        )
        if changed.isEmpty { return nil }
        for other in recent { changed.removeAll { Self.hasRead($0.input, of: $0.done, other) } }
        let keys = changed.map(\.done.job.key).sorted()
        guard let first = keys.first else { return nil }
        let count = keys.count == 1 ? "1 input" : "\(keys.count) inputs"
        let seen = "\(count) of the last day changed after the job had read it: \(Self.named(keys))"
        let others = keys.count == 1 ? "" : ", and so each of the others"
        let job = "\(layout.queue)/\(first)"
        let advice = "what came late has no answer: batchd retry \(job)\(others); have files renamed in"
        return Finding(.leftOvers, .warning, layout.archive.string, seen, advice: advice)
    }

    /// Whether another job has read the input of a job as it is now: one of its name or a repetition of it, since the
    /// last change, and as long.
    private static func hasRead(_ input: FileStatus, of done: DoneRecord, _ other: DoneRecord) -> Bool {
        let isRelated = other.source == done.source || other.metrics.parent?.key == done.job.key
        guard isRelated, other.job != done.job, let accepted = other.metrics.acceptedWallSeconds else { return false }
        return other.metrics.input.bytes == input.bytes && accepted >= input.modifiedSeconds
    }

    /// The first of so many names, and how many more there are.
    private static func named(_ names: [String]) -> String {
        let more = names.count - namedMaximum
        return names.prefix(namedMaximum).map { "'\($0)'" }.joined(separator: ", ")
            + (more > 0 ? " and \(more) more" : "")
    }

    private func finding(
        _ severity: Finding.Severity,
        _ entries: [DirectoryEntry],
        _ words: String,
        advice: String
    ) -> Finding? {
        let ages = entries.compactMap { entry -> (name: String, seconds: Double)? in
            guard let status = try? disk.status(of: layout.incoming.appending(entry.name)) else { return nil }
            let seconds = time.wallSeconds - status.modifiedSeconds
            return seconds > Self.staleSeconds ? (entry.name.string, seconds) : nil
        }
        let oldest = ages.sorted { ($1.seconds, $0.name) < ($0.seconds, $1.name) }
        guard let first = oldest.first else { return nil }
        let count = ages.count == 1 ? "1 entry" : "\(ages.count) entries"
        let names = Self.named(oldest.map(\.name))
        let seen = "\(count) \(words), the oldest for \(first.seconds.ageInWords): \(names)"
        return Finding(.leftOvers, severity, layout.incoming.string, seen, advice: advice)
    }
}
