#if canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// Reads a regular file of bounded size into memory.
///
/// Model files are copied rather than mapped: a mapped file that somebody truncates kills the process.
enum WholeFile {
    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - maximum: The most bytes it may have.
    /// - Returns: Its bytes.
    /// - Throws: `ModelError` where it is missing, too long, no regular file or cannot be read.
    static func read(_ path: String, maximum: Int) throws(ModelError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw failure("open", path, errno == ENOENT || errno == ENOTDIR ? .notFound : .unreadable)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("look at", path, .unreadable) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ModelError(.unreadable, "'\(path)' is no regular file.")
        }
        let count = Int(status.st_size)
        guard count <= maximum else {
            throw ModelError(.corrupt, "'\(path)' has \(count) bytes; at most \(maximum) are read.")
        }
        return try read(descriptor, count: count, path: path)
    }

    private static func read(_ descriptor: Int32, count: Int, path: String) throws(ModelError) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let rest = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[filled...]))
                let got = Self.readSome(descriptor, into: rest)
                failed = got < 0
                if got <= 0 { return }
                filled += got
            }
        }
        guard !failed else { throw failure("read", path, .unreadable) }
        return bytes
    }

    private static func readSome(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            let got = systemRead(descriptor, buffer.baseAddress, buffer.count)
            if got >= 0 || errno != EINTR { return got }
        }
    }

    private static func failure(_ verb: String, _ path: String, _ code: ModelError.Code) -> ModelError {
        ModelError(code, "Cannot \(verb) '\(path)': \(String(cString: strerror(errno))).")
    }
}

// The name `read` inside the type means its own functions.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
