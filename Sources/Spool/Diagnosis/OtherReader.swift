import CLinux
import Glibc
public import SystemPackage

/// What another user may read, asked of the kernel as that user, so that groups and access lists count.
public struct OtherReader: Sendable {
    private let user: UInt32

    /// Creates a question; nil where it need not or cannot be asked: only root reads what others may not, and can
    /// become them.
    ///
    /// - Parameter user: The number of the user who is to read.
    public init?(user: UInt32) {
        guard geteuid() == 0, user != 0 else { return nil }
        self.user = user
    }

    /// Why the user may not read a file, and how to let him.
    ///
    /// - Parameter path: An absolute path; links are followed.
    /// - Returns: Nil where he may, or where it cannot be told.
    public func refusal(of path: FilePath) -> String? {
        guard refuses(path, R_OK) else { return nil }
        let target = realpath(path.string, nil).map { resolved in
            defer { free(resolved) }
            return FilePath(String(cString: resolved))
        }
        let file = target ?? path
        let closed = (Self.directories(above: path) + Self.directories(above: file)).first { refuses($0, X_OK) }
        let name = Place.name(ofUser: user)
        let group = getpwuid(user).flatMap { getgrgid($0.pointee.pw_gid) }.map { String(cString: $0.pointee.gr_name) }
        return "\(name), as whom batchd runs, may not \(closed == nil ? "read it" : "pass '\(closed ?? file)'"): "
            + "chgrp \(group ?? name) '\(closed ?? file)' && chmod \(closed == nil ? "g+r" : "g+x") '\(closed ?? file)'"
    }

    private func refuses(_ path: FilePath, _ access: CInt) -> Bool {
        path.withPlatformString { linux_access_as(user, $0, access) } == EACCES
    }

    /// Every directory on the way to a file, from the first.
    private static func directories(above path: FilePath) -> [FilePath] {
        var directories: [FilePath] = []
        var directory = path.removingLastComponent()
        while !directory.components.isEmpty {
            directories.append(directory)
            directory.removeLastComponent()
        }
        return directories.reversed()
    }
}
