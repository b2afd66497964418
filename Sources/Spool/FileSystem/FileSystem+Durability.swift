public import SystemPackage

extension FileSystem {
    /// Reads a whole file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - bytesMaximum: A larger file is `EFBIG`.
    /// - Returns: Its content.
    /// - Throws: `FileSystemError`.
    public func readFile(_ path: FilePath, bytesMaximum: Int) throws(FileSystemError) -> [UInt8] {
        let file = try open(path, .read)
        var content: [UInt8] = []
        do throws(FileSystemError) {
            let size = try file.status().bytes
            guard size <= bytesMaximum else {
                throw FileSystemError(operation: "read", path: path, errno: .fileTooLarge)
            }
            var chunk = [UInt8](repeating: 0, count: min(max(size, 1), 1 << 20))
            while true {
                let count = try file.read(into: &chunk)
                if count == 0 { break }
                content.append(contentsOf: chunk[..<count])
                guard content.count <= bytesMaximum else {
                    throw FileSystemError(operation: "read", path: path, errno: .fileTooLarge)
                }
            }
        } catch {
            try? file.close()
            throw error
        }
        try file.close()
        return content
    }

    /// Writes a file so that it is either there whole and durable, or not there at all.
    ///
    /// An EIO of the sync is answered once by writing a new file: the failed one may have lost pages that a second
    /// sync would not mention.
    ///
    /// - Parameters:
    ///   - bytes: The content.
    ///   - path: The file, replaced if it is there.
    ///   - staging: A directory for the temporary file that is swept after a crash; by default that of the file.
    /// - Throws: `FileSystemError`.
    public func writeDurably(
        _ bytes: [UInt8],
        to path: FilePath,
        via staging: FilePath? = nil
    ) throws(FileSystemError) {
        // Keys and names never begin with a dot, so no other file can have this name.
        let directory = staging ?? path.removingLastComponent()
        let temporary = directory.appending("." + (path.lastComponent?.string ?? "") + ".tmp")
        do throws(FileSystemError) {
            try writeSynced(bytes, to: temporary)
        } catch {
            guard error.errno == .ioError else { throw error }
            try writeSynced(bytes, to: temporary)
        }
        try rename(temporary, to: path, replacing: true)
        try syncDirectory(path.removingLastComponent())
        if let staging { try syncDirectory(staging) }
    }

    /// Writes and syncs a new file, whose name is not durable yet; after an error the file is gone.
    ///
    /// - Parameters:
    ///   - bytes: The content.
    ///   - path: The file; what an earlier attempt left there is removed first.
    /// - Throws: `FileSystemError`.
    public func writeSynced(_ bytes: [UInt8], to path: FilePath) throws(FileSystemError) {
        if try status(of: path) != nil { try removeFile(path) }
        let file = try open(path, .createNew)
        do throws(FileSystemError) {
            try file.write(bytes)
            try file.sync()
        } catch {
            try? file.close()
            try? removeFile(path)
            throw error
        }
        try file.close()
    }

    /// Replaces a file that is not worth a sync, so that a reader sees one or the other.
    ///
    /// Where there is no room for both the old one goes first: on a full disk that is the only way to say so.
    ///
    /// - Parameters:
    ///   - path: The file; it need not be there.
    ///   - bytes: The content.
    /// - Throws: `FileSystemError`.
    public func replaceUnsynced(_ path: FilePath, with bytes: [UInt8]) throws(FileSystemError) {
        let temporary = FilePath(path.string + ".tmp")
        try removeTree(temporary)
        do throws(FileSystemError) {
            try writeUnsynced(bytes, to: temporary)
        } catch {
            guard error.isLackOfRoom else { throw error }
            try removeTree(path)
            try writeUnsynced(bytes, to: temporary)
        }
        try rename(temporary, to: path, replacing: true)
    }

    private func writeUnsynced(_ bytes: [UInt8], to path: FilePath) throws(FileSystemError) {
        let file = try open(path, .createNew)
        do throws(FileSystemError) {
            try file.write(bytes)
        } catch {
            try? file.close()
            try? removeFile(path)
            throw error
        }
        try file.close()
    }

    /// Renames and makes the new and the old name durable, in this order.
    ///
    /// - Parameters:
    ///   - source: What is moved.
    ///   - target: Its new path; must not exist.
    /// - Throws: `FileSystemError`.
    public func moveDurably(_ source: FilePath, to target: FilePath) throws(FileSystemError) {
        try rename(source, to: target, replacing: false)
        try syncDirectory(target.removingLastComponent())
        try syncDirectory(source.removingLastComponent())
    }

    /// Moves a claimed file or directory durably to where it is kept.
    ///
    /// A directory can be moved into another one only by who may write it (it names its parent), and a sender who
    /// still owns a claimed one may take that permission away. Then it stays: our copy has been made, and no sender
    /// may stop a queue.
    ///
    /// - Parameters:
    ///   - claimed: What is moved.
    ///   - target: Its new path; must not exist.
    /// - Throws: `FileSystemError`.
    func putAway(_ claimed: FilePath, to target: FilePath) throws(FileSystemError) {
        do throws(FileSystemError) {
            try moveDurably(claimed, to: target)
        } catch {
            guard error.isRefusal, try status(of: claimed)?.kind == .directory else { throw error }
        }
    }

    /// Removes whatever is at a path, with everything in it; nothing there is fine.
    ///
    /// - Parameter path: A file or directory.
    /// - Throws: `FileSystemError`.
    public func removeTree(_ path: FilePath) throws(FileSystemError) {
        guard let status = try status(of: path) else { return }
        guard status.kind == .directory else { return try removeFile(path) }
        while true {
            // In portions, so that a directory of a million files needs no memory to speak of.
            let entries = try entries(of: path, maximum: 1024)
            if entries.isEmpty { break }
            for entry in entries {
                try removeTree(path.appending(entry.name))
            }
        }
        try removeDirectory(path)
    }

    /// Makes a directory that may be there already.
    ///
    /// - Parameter path: The directory; its parent exists.
    /// - Throws: `FileSystemError`.
    public func ensureDirectory(_ path: FilePath) throws(FileSystemError) {
        do {
            try makeDirectory(path)
        } catch {
            guard error.errno == .fileExists else { throw error }
        }
    }
}

extension OpenFile {
    /// Reads up to `buffer.count` bytes into the front of an array.
    func read(into buffer: inout [UInt8]) throws(FileSystemError) -> Int {
        // Array's closures throw `any Error`, so the typed error is carried out by hand.
        let result: Result<Int, FileSystemError> = buffer.withUnsafeMutableBytes { pointer in
            do throws(FileSystemError) {
                return .success(try read(into: pointer))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Writes all bytes of an array.
    func write(_ bytes: [UInt8]) throws(FileSystemError) {
        let result: Result<Void, FileSystemError> = bytes.withUnsafeBytes { pointer in
            do throws(FileSystemError) {
                return .success(try write(pointer))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}

extension FileSystemError {
    /// What a failed call means for the work at hand.
    public enum Consequence: Sendable, Equatable {
        /// Everything waits until there is room, or descriptors, or memory again.
        case pause
        /// The queue stops: its disk cannot be trusted.
        case stopQueue
    }

    /// Whether room on the disk, in bytes or inodes, is all that was missing.
    public var isLackOfRoom: Bool { errno == .noSpace || errno == .diskQuotaExceeded }

    /// What this failure means.
    public var consequence: Consequence {
        let passing: [Errno] = [.noSpace, .diskQuotaExceeded, .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory]
        return passing.contains(errno) ? .pause : .stopQueue
    }
}
