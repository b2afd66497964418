import BatchCore
import SystemPackage

/// Writes one file of a publication piece by piece, hashing as it goes.
final class PublishedFileWriter {
    private let name: String
    private let path: FilePath
    private let file: any OpenFile
    private var hash = ContentHash()
    private var bytes = 0
    private var isOpen = true

    init(name: String, in directory: FilePath, on disk: any FileSystem) throws {
        self.name = name
        self.path = directory.appending(name)
        self.file = try disk.open(path, .createNew)
    }

    /// Whether nothing was written yet.
    var isEmpty: Bool { bytes == 0 }

    func write(_ content: ArraySlice<UInt8>) throws {
        try content.withUnsafeBytes { buffer in
            hash.update(buffer)
            try file.write(buffer)
        }
        bytes += content.count
    }

    /// Makes the content durable and describes it.
    func finish() throws -> PublishedFile {
        try file.sync()
        isOpen = false
        try file.close()
        return PublishedFile(name: name, bytes: bytes, sha256: hash.hexadecimal())
    }

    /// Gives the descriptor back after an error; the file itself goes with its directory.
    func abandonIfOpen() {
        guard isOpen else { return }
        isOpen = false
        try? file.close()
    }
}
