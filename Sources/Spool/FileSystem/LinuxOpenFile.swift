import Glibc
import SystemPackage

/// An open descriptor of a regular file.
final class LinuxOpenFile: OpenFile {
    private var descriptor: CInt
    private let path: FilePath

    /// Takes over a descriptor.
    init(descriptor: CInt, path: FilePath) {
        self.descriptor = descriptor
        self.path = path
    }

    /// An error on the way to `close` must not leak the descriptor.
    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileSystemError) -> Int {
        try SystemCall.perform("read", path) { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(FileSystemError) {
        var rest = bytes
        while !rest.isEmpty {
            let written = try SystemCall.perform("write", path) {
                Glibc.write(descriptor, rest.baseAddress, rest.count)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    func sync() throws(FileSystemError) {
        try SystemCall.perform("sync", path) { fsync(descriptor) }
    }

    func status() throws(FileSystemError) -> FileStatus {
        try FileStatus(descriptor: descriptor, path: path)
    }

    func close() throws(FileSystemError) {
        precondition(descriptor >= 0, "'\(path)' is closed twice")
        let closing = descriptor
        descriptor = -1
        try SystemCall.close(closing, path: path)
    }
}

extension FileStatus {
    /// Describes an open file.
    init(descriptor: CInt, path: FilePath) throws(FileSystemError) {
        var description = stat()
        try SystemCall.perform("stat", path) { fstat(descriptor, &description) }
        self.init(description)
    }

    /// Translates what stat(2) filled in.
    init(_ description: stat) {
        let (modified, changed) = (description.st_mtim, description.st_ctim)
        self.init(
            kind: FileKind(mode: description.st_mode),
            bytes: Int(description.st_size),
            modifiedSeconds: Double(modified.tv_sec) + Double(modified.tv_nsec) / 1e9,
            changedSeconds: Double(changed.tv_sec) + Double(changed.tv_nsec) / 1e9
        )
    }
}

extension FileKind {
    /// Reads the type bits of a mode.
    init(mode: mode_t) {
        switch mode & S_IFMT {
        case S_IFREG: self = .regular
        case S_IFDIR: self = .directory
        default: self = .other
        }
    }
}
