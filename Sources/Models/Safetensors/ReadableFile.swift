#if canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// A regular file that is open for reading at any offset.
///
/// Model files are read rather than mapped: a mapped file that somebody truncates kills the process, where a read
/// that comes up short is an error with words.
final class ReadableFile: Sendable {
    /// Where it is, as errors name it.
    let path: String

    /// Its size when it was opened, in bytes.
    let byteCount: Int

    private let descriptor: Int32

    private static let chunkBytes = 1 << 18

    /// Opens a file; a symbolic link is followed.
    ///
    /// - Throws: `ModelError` where it is missing, no regular file or cannot be opened.
    init(_ path: String) throws(ModelError) {
        // Without O_NONBLOCK, opening a FIFO would wait for somebody to write to it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw Self.failure("open", path, errno == ENOENT || errno == ENOTDIR ? .notFound : .unreadable)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let error = Self.failure("look at", path, .unreadable)
            close(descriptor)
            throw error
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw ModelError(.unreadable, "'\(path)' is no regular file.")
        }
        self.path = path
        self.descriptor = descriptor
        byteCount = Int(status.st_size)
    }

    /// Opens a file that need not be there.
    ///
    /// - Returns: The file; nil where there is none.
    /// - Throws: `ModelError` where it is no regular file or cannot be opened.
    static func ifPresent(_ path: String) throws(ModelError) -> ReadableFile? {
        do throws(ModelError) {
            return try ReadableFile(path)
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    deinit {
        close(descriptor)
    }

    /// Reads exactly as many bytes as a buffer has.
    ///
    /// - Parameters:
    ///   - buffer: Receives the bytes.
    ///   - offset: Where the first of them lies in the file.
    /// - Throws: `ModelError` where the file ends before or cannot be read.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ModelError) {
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw Self.failure("read", path, .unreadable) }
            guard got > 0 else {
                throw ModelError(
                    .corrupt,
                    "'\(path)' was cut while it was read: it ends at byte \(offset + filled), where "
                        + "\(buffer.count - filled) more were needed. Copy it again."
                )
            }
            filled += got
        }
    }

    /// Reads some bytes into memory of their own.
    ///
    /// - Parameters:
    ///   - count: How many; at least 0.
    ///   - offset: Where the first of them lies in the file.
    /// - Returns: The bytes.
    /// - Throws: `ModelError` where the file ends before or cannot be read.
    func bytes(_ count: Int, at offset: Int) throws(ModelError) -> [UInt8] {
        var failure: ModelError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(ModelError) {
                let part = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
                try read(into: UnsafeMutableRawBufferPointer(part), at: offset)
                filled = count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Reads the whole file, as long as it was when it was opened, piece by piece.
    ///
    /// - Parameter body: Receives each piece in turn; the memory is used again for the next.
    /// - Throws: `ModelError` where the file ends before or cannot be read, and what `body` throws.
    func forEachChunk(_ body: (UnsafeRawBufferPointer) throws(ModelError) -> Void) throws(ModelError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkBytes, alignment: 64)
        defer { buffer.deallocate() }
        var offset = 0
        while offset < byteCount {
            let chunk = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(Self.chunkBytes, byteCount - offset)])
            try read(into: chunk, at: offset)
            try body(UnsafeRawBufferPointer(chunk))
            offset += chunk.count
        }
    }

    private static func failure(_ verb: String, _ path: String, _ code: ModelError.Code) -> ModelError {
        ModelError(code, "Cannot \(verb) '\(path)': \(String(cString: strerror(errno))).")
    }
}
