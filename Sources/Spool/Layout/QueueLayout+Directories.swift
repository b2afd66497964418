extension QueueLayout {
    /// Makes the queue's directories that are missing, and makes them durable.
    ///
    /// - Parameter disk: The root.
    /// - Throws: `FileSystemError`.
    public func makeDirectories(on disk: any FileSystem) throws(FileSystemError) {
        var isNew = false
        for directory in [SpoolLayout.outbox] + directories where try disk.status(of: directory) == nil {
            try disk.ensureDirectory(directory)
            isNew = true
        }
        guard isNew else { return }
        try disk.syncDirectory(directory)
        try disk.syncDirectory(SpoolLayout.spool)
        try disk.syncDirectory(SpoolLayout.outbox)
    }
}
