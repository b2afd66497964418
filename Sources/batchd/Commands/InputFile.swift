import Glibc
import Spool
import SystemPackage

/// A file or directory that the user names, wherever it is.
struct InputFile {
    /// The directory it lies in.
    let disk: LinuxFileSystem
    /// Where it lies there.
    let path: FilePath
    /// What the user called it; a link keeps its own name.
    let name: String
    let status: FileStatus

    /// Checks that files can be read before work begins that takes long.
    ///
    /// - Throws: `CommandFailure` with code 66 for the first that cannot.
    static func requireReadable(_ paths: [String]) throws {
        for path in paths where access(path, R_OK) != 0 {
            throw CommandFailure(ExitStatus.noInput, "cannot read '\(path)': \(Errno(rawValue: errno))")
        }
    }

    init(path: String) throws {
        guard let resolved = realpath(path, nil) else {
            throw CommandFailure(ExitStatus.noInput, "cannot find '\(path)': \(Errno(rawValue: errno))")
        }
        defer { free(resolved) }
        let full = FilePath(String(cString: resolved))
        guard let last = full.lastComponent else {
            throw CommandFailure(ExitStatus.data, "'\(path)' is no job file")
        }
        disk = try LinuxFileSystem(root: full.removingLastComponent())
        self.path = FilePath(last.string)
        let given = FilePath(path).lexicallyNormalized().lastComponent
        name = given.flatMap { $0.kind == .regular ? $0.string : nil } ?? last.string
        guard let status = try disk.status(of: self.path), status.kind != .other else {
            throw CommandFailure(ExitStatus.data, "'\(path)' is no regular file and no directory")
        }
        self.status = status
    }
}
