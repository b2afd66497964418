import CLinux
import Glibc
public import SystemPackage

/// What lies at a path, whose it is, and on which mount.
public struct Place: Sendable, Equatable {
    /// The numbers of the file system and of the mount; the latter 0 where the kernel does not say.
    var device: UInt64
    var mount: UInt64
    /// The owner's number.
    var user: UInt32
    /// The group's number.
    var group: UInt32
    /// The permissions, with set-user, set-group and sticky bit.
    var mode: UInt32
    var isDirectory: Bool
    /// The number by which the kernel knows the kind of file system.
    var magic: UInt32

    /// What can be relied on.
    enum Character {
        case local
        case memory
        case network
        case unknown
    }

    private static let kinds: [UInt32: (name: String, character: Character)] = [
        0xEF53: ("ext4", .local), 0x5846_5342: ("XFS", .local), 0x9123_683E: ("Btrfs", .local),
        0x2FC1_2FC1: ("ZFS", .local), 0xF2F5_2010: ("F2FS", .local), 0x794C_7630: ("overlayfs", .unknown),
        0x0102_1994: ("tmpfs", .memory), 0x8584_58F6: ("ramfs", .memory), 0x6969: ("NFS", .network),
        0x517B: ("SMB", .network), 0xFF53_4D42: ("CIFS", .network), 0xFE53_4D42: ("SMB2", .network),
        0x0102_1997: ("9P", .network), 0x5346_414F: ("AFS", .network), 0x6573_5546: ("FUSE", .unknown),
    ]

    /// What can be relied on there.
    var character: Character { Self.kinds[magic]?.character ?? .unknown }
    /// The name of the file system.
    var fileSystem: String { Self.kinds[magic]?.name ?? "0x" + String(magic, radix: 16) }

    /// Whether a rename can go from one to the other.
    func isOnSameMount(as other: Place) -> Bool {
        device == other.device && (mount == other.mount || mount == 0 || other.mount == 0)
    }

    /// The mode as chmod(1) takes it.
    var modeInWords: String { String(mode, radix: 8) }
    /// The owner as ls(1) shows it.
    var userInWords: String { Self.name(ofUser: user) }
    /// The group as ls(1) shows it.
    var groupInWords: String { getgrgid(group).map { String(cString: $0.pointee.gr_name) } ?? "\(group)" }

    /// A user's name, or the number of one without.
    public static func name(ofUser user: UInt32) -> String {
        getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? "\(user)"
    }
}

extension LinuxFileSystem {
    /// Describes what lies at a path, a link itself rather than its target unless the link is followed.
    func place(of path: FilePath, followsLink: Bool = false) throws(FileSystemError) -> Place {
        var place = linux_place()
        try describe(path, followsLink: followsLink, into: &place)
        return Place(
            device: place.device,
            mount: place.mount,
            user: place.user,
            group: place.group,
            mode: place.mode & 0o7777,
            isDirectory: place.mode & S_IFMT == S_IFDIR,
            magic: place.magic
        )
    }

    /// Where what lies at a path really lies, through every link.
    ///
    /// - Parameter path: Relative to the root.
    /// - Returns: An absolute path without links.
    /// - Throws: `FileSystemError`, with `ENOENT` also for a link to nothing.
    public func target(of path: FilePath) throws(FileSystemError) -> FilePath {
        guard let resolved = realpath(root.pushing(path).string, nil) else {
            throw FileSystemError(operation: "open", path: path, errno: Errno(rawValue: errno))
        }
        defer { free(resolved) }
        return FilePath(String(cString: resolved))
    }

    /// Who owns what lies at a path.
    ///
    /// - Parameter path: Relative to the root.
    /// - Returns: Nil where it cannot be asked.
    public func owner(of path: FilePath) -> FileOwner? {
        (try? place(of: path)).map { FileOwner(user: $0.user, group: $0.group) }
    }
}
