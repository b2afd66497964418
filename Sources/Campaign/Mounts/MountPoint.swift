import Glibc
import SystemPackage

/// A mounted file system; unmounted at the latest when it is let go.
final class MountPoint {
    /// Where it is mounted.
    let directory: FilePath
    private var isMounted = true

    /// How often an unmount is tried while something of a killed process still holds the file system.
    private static let unmountAttemptsMaximum = 2_000

    /// Mounts a device or, with `tmpfs`, memory.
    ///
    /// - Parameters:
    ///   - source: The device.
    ///   - directory: Where; made if it is missing.
    ///   - type: The file system's name.
    ///   - options: Its own options, as `mount -o` takes them.
    /// - Throws: `CampaignError`.
    init(_ source: String, at directory: FilePath, type: String, options: String) throws {
        if mkdir(directory.string, 0o755) != 0 && errno != EEXIST {
            throw CampaignError("'\(directory)' cannot be made: \(String(cString: strerror(errno)))")
        }
        guard mount(source, directory.string, type, 0, options) == 0 else {
            let reason = String(cString: strerror(errno))
            throw CampaignError("\(type) of '\(source)' cannot be mounted with '\(options)': \(reason)")
        }
        self.directory = directory
    }

    /// Mounts an image by a loop device that goes with the mount.
    ///
    /// - Throws: `CampaignError`.
    convenience init(image: FilePath, at directory: FilePath, type: String, options: String) throws {
        let device = try LoopDevice(image)
        try self.init(device.path, at: directory, type: type, options: options)
    }

    deinit {
        if isMounted { umount2(directory.string, CInt(MNT_DETACH)) }
        rmdir(directory.string)
    }

    /// Changes the options of a mounted file system.
    ///
    /// - Throws: `CampaignError`.
    func remount(options: String) throws {
        guard mount("none", directory.string, "", UInt(MS_REMOUNT), options) == 0 else {
            throw CampaignError("'\(options)' is refused: \(String(cString: strerror(errno)))")
        }
    }

    /// Stops the file system as a power cut does: what has not reached the medium never will.
    ///
    /// - Throws: `CampaignError` where the file system does not know this.
    func cutPower() throws {
        let descriptor = try FileDescriptor.open(directory, .readOnly, options: .directory)
        defer { try? descriptor.close() }
        // EXT4_IOC_SHUTDOWN and XFS_IOC_GOINGDOWN are the same request, and 2 asks both to write no log.
        var withoutLog: UInt32 = 2
        guard ioctl(descriptor.rawValue, 0x8004_587D, &withoutLog) == 0 else {
            throw CampaignError("'\(directory)' cannot be shut down: \(String(cString: strerror(errno)))")
        }
    }

    /// Unmounts.
    ///
    /// - Throws: `CampaignError` where it stays in use.
    func unmount() throws {
        for _ in 0..<Self.unmountAttemptsMaximum {
            if umount2(directory.string, 0) == 0 {
                isMounted = false
                return
            }
            guard errno == EBUSY else { break }
            usleep(1_000)
        }
        throw CampaignError("'\(directory)' cannot be unmounted: \(String(cString: strerror(errno)))")
    }
}
