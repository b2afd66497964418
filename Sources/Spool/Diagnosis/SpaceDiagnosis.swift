import SystemPackage

/// What is free, and what that means for work.
public struct SpaceDiagnosis {
    private let disk: any FileSystem
    private let minimumFreeBytes: Int

    /// Creates a diagnosis.
    ///
    /// - Parameters:
    ///   - disk: The root.
    ///   - minimumFreeBytes: Free space below which no file is claimed.
    public init(disk: any FileSystem, minimumFreeBytes: Int) {
        self.disk = disk
        self.minimumFreeBytes = minimumFreeBytes
    }

    /// Bytes, inodes and the ballast.
    ///
    /// - Returns: What was found.
    public func findings() -> [Finding] {
        do throws(FileSystemError) {
            let space = try disk.space()
            return [bytes(space), inodes(space), try ballast()]
        } catch {
            return [.unseen(.space, ".", error)]
        }
    }

    private func bytes(_ space: FreeSpace) -> Finding {
        let seen =
            "\(space.bytes.bytesInWords) free; nothing is claimed below minimum_free_bytes, \(minimumFreeBytes.bytesInWords)"
        if space.bytes < minimumFreeBytes {
            return Finding(.space, .error, "bytes", seen, advice: "make room: 'batchd gc' says what may go")
        }
        // Jobs under way are not stopped by the watermark, so a factor of two is little enough.
        if space.bytes / 2 < minimumFreeBytes {
            return Finding(.space, .warning, "bytes", seen, advice: "make room soon: 'batchd gc' says what may go")
        }
        return Finding(.space, .ok, "bytes", seen)
    }

    private func inodes(_ space: FreeSpace) -> Finding {
        let limit = PauseLimits.inodesMinimum
        if space.inodes == .max { return Finding(.space, .ok, "inodes", "the file system does not count them") }
        let seen = "\(space.inodes) free; nothing is claimed below \(limit)"
        if space.inodes < limit {
            return Finding(
                .space,
                .error,
                "inodes",
                seen,
                advice: "remove files, or make a file system with more inodes"
            )
        }
        if space.inodes < 100 * limit {
            return Finding(.space, .warning, "inodes", seen, advice: "remove files soon: 'batchd gc' says which may go")
        }
        return Finding(.space, .ok, "inodes", seen)
    }

    private func ballast() throws(FileSystemError) -> Finding {
        let size = try disk.status(of: SpoolLayout.ballast)?.bytes
        let wanted = PauseLimits.ballastBytes.bytesInWords
        guard let size else {
            return Finding(.space, .note, SpoolLayout.ballast.string, "not there; a run makes it, \(wanted)")
        }
        guard size < PauseLimits.ballastBytes else {
            return Finding(.space, .ok, SpoolLayout.ballast.string, "\(wanted) to let go of when the disk is full")
        }
        return Finding(
            .space,
            .warning,
            SpoolLayout.ballast.string,
            "\(size.bytesInWords) of \(wanted): it was let go of",
            advice: "make room; a run then makes it anew"
        )
    }
}
