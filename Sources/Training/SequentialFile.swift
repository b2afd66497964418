#if canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// A file that is read once from beginning to end.
final class SequentialFile {
    private let path: String
    private let descriptor: Int32

    /// Opens a file.
    ///
    /// - Throws: `TrainingError` where it cannot be opened.
    init(path: String) throws(TrainingError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("opened", path) }
    }

    deinit {
        close(descriptor)
    }

    /// Reads up to `buffer.count` bytes; 0 at the end.
    ///
    /// - Throws: `TrainingError` where the file cannot be read.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(TrainingError) -> Int {
        while true {
            let count = readSome(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw Self.failure("read", path) }
        }
    }

    private static func failure(_ verb: String, _ path: String) -> TrainingError {
        TrainingError("'\(path)' cannot be \(verb): \(String(cString: strerror(errno))).")
    }
}

// Inside the type, `read` means its own function.
private func readSome(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
