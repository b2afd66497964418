import BatchTesting
import Spool
import SystemPackage
import Testing

/// The implementations that must obey one contract.
enum DiskUnderTest: String, CaseIterable, CustomTestStringConvertible {
    case linux
    case simulated
    case pulse

    var testDescription: String { rawValue }

    /// Runs a test on an empty disk of its own.
    func run(_ body: (any FileSystem) throws -> Void) throws {
        switch self {
        case .linux:
            let directory = try TemporaryDirectory()
            try body(try LinuxFileSystem(root: directory.path))
            withExtendedLifetime(directory) {}
        case .simulated:
            try body(SimulatedDisk())
        case .pulse:
            try body(PulseFileSystem(SimulatedDisk()) {})
        }
    }
}

extension FileSystem {
    /// Creates a file, synced or not.
    func create(_ path: FilePath, _ bytes: [UInt8], synced: Bool = true) throws(FileSystemError) {
        let file = try open(path, .createNew)
        try file.append(bytes)
        if synced { try file.sync() }
        try file.close()
    }

    /// Reads a whole file.
    func contents(_ path: FilePath) throws(FileSystemError) -> [UInt8] {
        let file = try open(path, .read)
        var bytes: [UInt8] = []
        while true {
            let chunk = try file.readChunk(maximum: 3)
            if chunk.isEmpty { break }
            bytes += chunk
        }
        try file.close()
        return bytes
    }

    /// The names in a directory, sorted.
    func names(in path: FilePath) throws(FileSystemError) -> [String] {
        try entries(of: path, maximum: .max).map(\.name.string).sorted()
    }
}

extension OpenFile {
    func append(_ bytes: [UInt8]) throws(FileSystemError) {
        try bytes.span.bytes.withUnsafeBytes { (buffer) throws(FileSystemError) in try write(buffer) }
    }

    func readChunk(maximum: Int) throws(FileSystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: maximum)
        var span = bytes.mutableSpan
        let count = try span.withUnsafeMutableBytes { (buffer) throws(FileSystemError) in try read(into: buffer) }
        return Array(bytes.prefix(count))
    }
}
