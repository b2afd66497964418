import Crypto
import Glibc
import Spool
import SystemPackage

/// Files beside a root that nothing in it may lead to: a secret, and a directory that looks like a drop of it.
final class OutsideWorld {
    /// What no file below a root may ever hold.
    static let secretText = "batchd-secret-3f1c9d"

    let directory: FilePath
    var secret: FilePath { directory.appending("secret.jsonl") }
    var secretDirectory: FilePath { directory.appending("secret") }
    /// A file that a sender may read, and so may have linked into its drops.
    var shared: FilePath { directory.appending("shared.jsonl") }
    private var before: [String: String] = [:]

    /// Makes a directory with these files, and remembers all that can be seen of them.
    init(at directory: FilePath) throws {
        self.directory = directory
        try UnixFile.makeDirectory(directory)
        try UnixFile.makeDirectory(secretDirectory)
        let record = #"{"text": "\#(Self.secretText)"}"# + "\n"
        try UnixFile.write(record, to: secret)
        try UnixFile.write(record, to: secretDirectory.appending("part-0.jsonl"))
        try UnixFile.write("", to: secretDirectory.appending("_SUCCESS"))
        try UnixFile.write(#"{"text": "shared"}"# + "\n", to: shared)
        before = try description()
    }

    /// Removes it all.
    func remove() {
        UnixFile.removeTree(directory)
    }

    /// What has changed since; links to the shared file count as a change only while they exist.
    func violations() -> [String] {
        do {
            let now = try description()
            let names = Set(before.keys).union(now.keys).sorted()
            return names.filter { before[$0] != now[$0] }.map {
                "outside the root, '\($0)' was '\(before[$0] ?? "missing")' and is '\(now[$0] ?? "missing")'"
            }
        } catch {
            return ["the files outside the root cannot be read: \(error)"]
        }
    }

    /// Everything that an intruder could change, file by file; access times are left out.
    private func description() throws -> [String: String] {
        var words: [String: String] = [:]
        for path in try UnixFile.tree(below: directory) {
            let status = try UnixFile.status(of: path)
            var line =
                "mode \(status.st_mode) owner \(status.st_uid) modified \(status.st_mtim.tv_sec)."
                + "\(status.st_mtim.tv_nsec) changed "
            // A link to the shared file, which its sender made, changes its count and its inode's time.
            line += path == shared ? "" : "\(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec) links \(status.st_nlink)"
            if status.st_mode & S_IFMT == S_IFREG {
                line += " content \(SHA256.hash(data: try UnixFile.content(of: path)))"
            }
            words[path.string] = line
        }
        return words
    }
}

/// The few calls by which senders make things that batchd itself never makes.
enum UnixFile {
    static func check(_ result: CInt) throws {
        if result != 0 { throw Errno(rawValue: errno) }
    }

    static func makeDirectory(_ path: FilePath) throws {
        try check(path.withPlatformString { mkdir($0, 0o755) })
    }

    static func write(_ text: String, to path: FilePath) throws {
        try write(Array(text.utf8), to: path)
    }

    static func write(_ bytes: [UInt8], to path: FilePath) throws {
        let file = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .truncate, .noFollow],
            permissions: [.ownerReadWrite, .groupRead, .otherRead]
        )
        try file.closeAfter { _ = try file.writeAll(bytes) }
    }

    static func content(of path: FilePath) throws -> [UInt8] {
        let file = try FileDescriptor.open(path, .readOnly, options: [.noFollow, .nonBlocking])
        return try file.closeAfter {
            var content: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while case let count = try buffer.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 {
                content += buffer.prefix(count)
            }
            return content
        }
    }

    static func status(of path: FilePath) throws -> stat {
        var status = stat()
        try check(path.withPlatformString { lstat($0, &status) })
        return status
    }

    static func exists(_ path: FilePath) -> Bool {
        (try? status(of: path)) != nil
    }

    static func move(_ source: FilePath, to target: FilePath) throws {
        try check(source.withPlatformString { source in target.withPlatformString { rename(source, $0) } })
    }

    /// All that is at and below a path, links not followed.
    static func tree(below path: FilePath) throws -> [FilePath] {
        guard try status(of: path).st_mode & S_IFMT == S_IFDIR else { return [path] }
        let entries = try LinuxFileSystem(root: path).entries(of: ".", maximum: .max)
        return try [path]
            + entries.sorted { $0.name.string < $1.name.string }.flatMap {
                try tree(below: path.appending($0.name))
            }
    }

    static func removeTree(_ path: FilePath) {
        guard let parts = try? tree(below: path) else { return }
        for part in parts.reversed() {
            part.withPlatformString { if unlink($0) != 0 { rmdir($0) } }
        }
    }
}
