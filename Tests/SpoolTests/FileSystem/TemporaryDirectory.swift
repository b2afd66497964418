import Glibc
import Spool
import SystemPackage

/// A fresh directory that goes away, with what is in it, when the test is over.
final class TemporaryDirectory: Sendable {
    let path: FilePath

    init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        guard let template = strdup("\(base)/batchd-test.XXXXXX") else { throw Errno.noMemory }
        defer { free(template) }
        guard mkdtemp(template) != nil else { throw Errno(rawValue: errno) }
        path = FilePath(platformString: template)
    }

    deinit {
        do {
            try Self.empty("", on: try LinuxFileSystem(root: path))
            rmdir(path.string)
        } catch {
            print("\(path) was left behind: \(error)")
        }
    }

    private static func empty(_ directory: FilePath, on fileSystem: LinuxFileSystem) throws {
        for entry in try fileSystem.entries(of: directory, maximum: .max) {
            let path = directory.appending(entry.name)
            if entry.kind == .directory {
                try empty(path, on: fileSystem)
                try fileSystem.removeDirectory(path)
            } else {
                try fileSystem.removeFile(path)
            }
        }
    }
}
