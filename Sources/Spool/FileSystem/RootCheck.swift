import CLinux
import Glibc
public import SystemPackage

/// What a root must be for the spool's promises to hold, checked once at the start.
public enum RootCheck {
    /// Why a directory cannot be a root.
    public enum Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// A directory below the root is another mount, to which nothing can be renamed.
        case otherFileSystem(FilePath)
        /// The root is on a network file system.
        case networkFileSystem(FilePath)
        /// The file system cannot rename without replacing.
        case cannotRenameWithoutReplacing(FilePath)
        /// A check could not be made.
        case unchecked(FileSystemError)

        /// What failed, and what to do.
        public var description: String {
            switch self {
            case .otherFileSystem(let path):
                "'\(path)' is on another file system than the root; unmount it (systemd: name the root alone in "
                    + "ReadWritePaths=) or move the root"
            case .networkFileSystem(let path):
                "'\(path)' is on a network file system, where renames and locks are not reliable; move the root to "
                    + "a local disk, or take the risk with 'allow_network_root: true' in batchd.yaml"
            case .cannotRenameWithoutReplacing(let path):
                "the file system of '\(path)' cannot rename without replacing (renameat2, RENAME_NOREPLACE); move "
                    + "the root to ext4, XFS, Btrfs or tmpfs"
            case .unchecked(let error):
                error.description
            }
        }
    }

    private static let networkMagic: Set<Int> = [
        0x6969,  // NFS
        0x517B, 0xFF53_4D42, 0xFE53_4D42,  // SMB, CIFS, SMB2
        0x0102_1997,  // 9P
        0x5346_414F,  // AFS
    ]

    private static let probe: FilePath = ".rename-probe"
    private static let renamedProbe: FilePath = ".rename-probe.renamed"

    /// Checks a root; to be called with the instance lock held, since it makes and removes a directory there.
    ///
    /// - Parameters:
    ///   - fileSystem: The root.
    ///   - directories: The directories below it that renames go between; missing ones are passed over.
    ///   - allowsNetwork: Whether an operator has taken the risk of a network file system.
    /// - Throws: `Failure`, the first that is found.
    public static func verify(
        _ fileSystem: LinuxFileSystem,
        directories: [FilePath],
        allowsNetwork: Bool = false
    ) throws(Failure) {
        let root = try identity(of: "", in: fileSystem)
        if !allowsNetwork, networkMagic.contains(root.magic) { throw .networkFileSystem(fileSystem.root) }
        for directory in directories {
            do throws(FileSystemError) {
                if try fileSystem.status(of: directory) == nil { continue }
            } catch {
                throw .unchecked(error)
            }
            if try identity(of: directory, in: fileSystem).device != root.device { throw .otherFileSystem(directory) }
        }
        try verifyRename(fileSystem)
    }

    private static func identity(
        of path: FilePath,
        in fileSystem: LinuxFileSystem
    ) throws(Failure) -> (device: dev_t, magic: Int) {
        do throws(FileSystemError) {
            let descriptor = try fileSystem.openDirectory(path)
            defer { close(descriptor) }
            var description = stat()
            try SystemCall.perform("stat", path) { fstat(descriptor, &description) }
            return (description.st_dev, try SystemCall.perform("statfs", path) { linux_file_system_magic(descriptor) })
        } catch {
            throw .unchecked(error)
        }
    }

    /// Only a rename that is carried out reaches the file system, so one is.
    private static func verifyRename(_ fileSystem: LinuxFileSystem) throws(Failure) {
        do throws(FileSystemError) {
            for leftOver in [probe, renamedProbe] where try fileSystem.status(of: leftOver) != nil {
                try fileSystem.removeDirectory(leftOver)
            }
            try fileSystem.makeDirectory(probe)
            do throws(FileSystemError) {
                try fileSystem.rename(probe, to: renamedProbe, replacing: false)
            } catch {
                try fileSystem.removeDirectory(probe)
                throw error
            }
            try fileSystem.removeDirectory(renamedProbe)
        } catch {
            // A full disk is waited for like any other time; where the flag is missing too, the first claim says so.
            if error.isLackOfRoom { return }
            // A missing flag is EINVAL; a kernel without the call, ENOSYS.
            let isMissing = error.errno == .invalidArgument || error.errno == .noFunction
            throw isMissing ? .cannotRenameWithoutReplacing(fileSystem.root) : .unchecked(error)
        }
    }
}
