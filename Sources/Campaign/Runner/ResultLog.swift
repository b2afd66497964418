import FoundationEssentials
import Synchronization
public import SystemPackage

/// The results of a campaign, one JSON line a seed, appended as they come, so that a run can be broken off and gone
/// on with at any time.
public final class ResultLog: Sendable {
    /// One line.
    public struct Line: Sendable, Codable {
        /// The part.
        public var part: Int
        /// Its name.
        public var name: String
        /// The seed.
        public var seed: Int
        /// The commit that was under test.
        public var build: String
        /// How long it took.
        public var seconds: Double
        /// What came of it.
        public var outcome: SeedOutcome
    }

    private let path: FilePath
    private let lock = Mutex(())

    /// Opens the log of a directory, made where it is missing.
    ///
    /// - Parameter path: The file.
    public init(_ path: FilePath) {
        self.path = path
    }

    /// All lines that are whole; the last may have been cut by a kill.
    ///
    /// - Returns: The lines in the order they came.
    /// - Throws: `Errno` where the file is there and cannot be read.
    public func lines() throws -> [Line] {
        guard let bytes = try Self.content(of: path) else { return [] }
        let decoder = JSONDecoder()
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { try? decoder.decode(Line.self, from: Data($0)) }
    }

    /// Appends a line.
    ///
    /// - Throws: `Errno`.
    public func append(_ line: Line) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let bytes = try [UInt8](encoder.encode(line)) + [UInt8(ascii: "\n")]
        try lock.withLock { _ in
            let file = try FileDescriptor.open(
                path,
                .writeOnly,
                options: [.create, .append],
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
            try file.closeAfter { _ = try file.writeAll(bytes) }
        }
    }

    private static func content(of path: FilePath) throws -> [UInt8]? {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(path, .readOnly)
        } catch Errno.noSuchFileOrDirectory {
            return nil
        }
        return try file.closeAfter {
            var content: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
                if count == 0 { return content }
                content += buffer.prefix(count)
            }
        }
    }
}
