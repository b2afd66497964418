import SystemPackage

/// What lies in `done/`, unopened: all of it, however much that is. Names come in no order, so that the newest record
/// may be the last of a hundred thousand.
extension JobFiles {
    /// A record, by its file.
    struct DoneEntry: Equatable {
        /// The job.
        var key: String
        /// When its file was written, seconds since 1970. The job ended before that, but for files that were copied.
        var writtenSeconds: Double
    }

    /// The jobs that have a record, in no order.
    ///
    /// - Returns: Their keys; none where the queue never ran.
    /// - Throws: `FileSystemError`.
    func doneKeys() throws(FileSystemError) -> [String] {
        guard try disk.status(of: layout.done) != nil else { return [] }
        return try disk.entries(of: layout.done, maximum: .max)
            .filter { $0.kind == .regular && !$0.name.string.hasPrefix(".") }
            .map(\.name.string)
    }

    /// The records that were written since a time.
    ///
    /// - Parameter seconds: The time, seconds since 1970.
    /// - Returns: The records, oldest first; of those that were written at the same moment, by key.
    /// - Throws: `FileSystemError`.
    func doneEntries(since seconds: Double = -.infinity) throws(FileSystemError) -> [DoneEntry] {
        var entries: [DoneEntry] = []
        for key in try doneKeys() {
            // It may be forgotten at this very moment.
            guard let status = try disk.status(of: layout.done(key)), status.modifiedSeconds >= seconds else {
                continue
            }
            entries.append(DoneEntry(key: key, writtenSeconds: status.modifiedSeconds))
        }
        return entries.sorted { ($0.writtenSeconds, $0.key) < ($1.writtenSeconds, $1.key) }
    }

    /// The jobs whose records were written last. Times of files are a hint for which to read, and no more.
    ///
    /// - Parameter maximum: How many.
    /// - Returns: Their keys; in no order where there are no more than that.
    /// - Throws: `FileSystemError`.
    func newestDoneKeys(maximum: Int) throws(FileSystemError) -> [String] {
        let keys = try doneKeys()
        return keys.count <= maximum ? keys : try doneEntries().suffix(maximum).map(\.key)
    }
}
