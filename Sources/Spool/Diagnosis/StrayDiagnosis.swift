public import BatchCore
import SystemPackage

/// What senders leave that becomes no answer by itself: statements whose file never came, uploads that ended, and ends
/// of files that were written after their job had read them.
public struct StrayDiagnosis {
    private let disk: any FileSystem
    private let layout: QueueLayout
    private let time: any TimeSource

    /// The most entries that are looked at.
    private static let entriesMaximum = 10_000
    /// The age at which nobody works on such a file any more, in seconds.
    private static let staleSeconds = 3_600.0
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
        let classified = entries.map { entry in
            (entry, IncomingName(bytes: entry.name.bytes, isDirectory: entry.kind == .directory))
        }
        let orphans = classified.compactMap { entry, name in
            if case .sidecar(let file, _) = name, !Self.hasFile(file, among: names) { entry } else { nil }
        }
        let uploads = classified.compactMap { entry, name in name == .unfinished ? entry : nil }
        return [
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

    /// Whether a job file is there that a statement of this stem or name speaks of.
    private static func hasFile(_ name: String, among names: Set<String>) -> Bool {
        IncomingName.jobEndings.contains { names.contains(name + $0) }
    }

    /// Inputs of the last day that have another size than was read of them.
    private func changedInputs() -> Finding? {
        let since = time.wallSeconds - Self.finishedSeconds
        guard let finished = try? disk.entries(of: layout.done, maximum: Self.entriesMaximum) else { return nil }
        let changed = finished.map(\.name.string).filter { key in
            guard !key.hasPrefix("."), let record = try? disk.status(of: layout.done(key)),
                record.modifiedSeconds >= since, let done = try? JobFiles(disk: disk, layout: layout).done(key),
                let input = try? disk.status(of: layout.archive.appending(done.keptAs)), input.kind == .regular
            else { return false }
            return input.bytes != done.metrics.input.bytes
        }
        guard let first = changed.min() else { return nil }
        let count = changed.count == 1 ? "1 input" : "\(changed.count) inputs"
        let seen = "\(count) of the last day changed after the job had read it, such as that of '\(first)'"
        let advice = "what came late has no answer: batchd retry \(layout.queue)/\(first); have files renamed in"
        return Finding(.leftOvers, .warning, layout.archive.string, seen, advice: advice)
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
        guard let oldest = ages.max(by: { ($0.seconds, $1.name) < ($1.seconds, $0.name) }) else { return nil }
        let count = ages.count == 1 ? "1 file" : "\(ages.count) files"
        let seen = "\(count) \(words), the oldest for \(oldest.seconds.ageInWords): '\(oldest.name)'"
        return Finding(.leftOvers, severity, layout.incoming.string, seen, advice: advice)
    }
}
