import SystemPackage

extension QueueInspector {
    /// The most records of finished jobs that are looked at.
    private static let recordsMaximum = 10_000

    /// What the job brought and cost that finished last.
    ///
    /// - Returns: Nil where none did, or what it left cannot be read.
    public func newestMetrics() -> JobMetrics? {
        guard let entries = try? disk.entries(of: layout.done, maximum: Self.recordsMaximum) else { return nil }
        let written = entries.compactMap { entry -> (key: String, seconds: Double)? in
            guard !entry.name.string.hasPrefix("."), let status = try? disk.status(of: layout.done(entry.name.string))
            else { return nil }
            return (entry.name.string, status.modifiedSeconds)
        }
        let newest = written.max { ($0.seconds, $0.key) < ($1.seconds, $1.key) }
        return newest.flatMap { try? JobFiles(disk: disk, layout: layout).done($0.key).metrics }
    }
}
