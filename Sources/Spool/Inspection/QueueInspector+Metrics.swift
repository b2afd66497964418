extension QueueInspector {
    /// What the job brought and cost that finished last.
    ///
    /// - Returns: Nil where none did, or what it left cannot be read.
    public func newestMetrics() -> JobMetrics? {
        let files = JobFiles(disk: disk, layout: layout)
        guard let key = try? files.newestDoneKeys(maximum: 1).first else { return nil }
        return try? files.done(key).metrics
    }
}
