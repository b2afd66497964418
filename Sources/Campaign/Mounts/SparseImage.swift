import Glibc
import SystemPackage

/// The content of an image without its empty blocks, to be laid down again and again at the cost of what is in it.
struct SparseImage: Sendable {
    private struct Run: Sendable {
        var offset: Int64
        var bytes: [UInt8]
    }

    private let bytes: Int64
    private var runs: [Run] = []

    private static let blockBytes = 4096
    /// Where lseek(2) goes on to the next byte that is no hole; Linux's SEEK_DATA.
    private static let seekData: CInt = 3

    /// Reads an image.
    ///
    /// - Throws: `Errno`.
    init(reading path: FilePath) throws {
        let file = try FileDescriptor.open(path, .readOnly)
        defer { try? file.close() }
        bytes = try file.seek(offset: 0, from: .end)
        let empty = [UInt8](repeating: 0, count: Self.blockBytes)
        var block = empty
        var offset = Int64(lseek(file.rawValue, 0, Self.seekData))
        while offset >= 0 && offset < bytes {
            let count = try block.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: offset, into: $0) }
            if count == 0 { break }
            if memcmp(block, empty, count) != 0 { append(block[..<count], at: offset) }
            offset = Int64(lseek(file.rawValue, off_t(offset) + off_t(count), Self.seekData))
        }
    }

    private mutating func append(_ block: ArraySlice<UInt8>, at offset: Int64) {
        if let last = runs.indices.last, runs[last].offset + Int64(runs[last].bytes.count) == offset {
            runs[last].bytes += block
        } else {
            runs.append(Run(offset: offset, bytes: Array(block)))
        }
    }

    /// Lays the image down.
    ///
    /// - Parameter path: The file; replaced.
    /// - Throws: `Errno`.
    func write(to path: FilePath) throws {
        let file = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .truncate],
            permissions: [.ownerReadWrite]
        )
        try file.closeAfter {
            try file.resize(to: bytes)
            for run in runs { _ = try file.writeAll(toAbsoluteOffset: run.offset, run.bytes) }
        }
    }
}
