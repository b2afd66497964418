import Glibc
import SystemPackage

/// A block device that is a file; it goes by itself once neither this nor a mount uses it.
final class LoopDevice {
    /// Its path in /dev.
    let path: String
    private let descriptor: FileDescriptor

    /// What linux/loop.h says: requests, the layout of `loop_config`, and the flag that lets the device go by itself.
    private enum Kernel {
        static let getFree: UInt = 0x4C82
        static let configure: UInt = 0x4C0A
        static let configurationBytes = 304
        static let fileOffset = 0
        static let flagsOffset = 60
        static let autoclear: UInt32 = 4
    }

    /// How often another's claim to the same free device is answered by looking for the next.
    private static let attemptsMaximum = 100

    /// Makes a file a device.
    ///
    /// - Parameter image: The file.
    /// - Throws: `CampaignError`, `Errno`.
    init(_ image: FilePath) throws {
        let file = try FileDescriptor.open(image, .readWrite)
        defer { try? file.close() }
        let control = try FileDescriptor.open("/dev/loop-control", .readWrite)
        defer { try? control.close() }
        for _ in 0..<Self.attemptsMaximum {
            let number = ioctl(control.rawValue, Kernel.getFree, 0)
            guard number >= 0 else { break }
            let path = "/dev/loop\(number)"
            let device = try FileDescriptor.open(FilePath(path), .readWrite)
            if Self.configure(device, with: file) {
                self.path = path
                descriptor = device
                return
            }
            let isTaken = errno == EBUSY
            try device.close()
            guard isTaken else { break }
        }
        throw CampaignError("'\(image)' gets no loop device: \(String(cString: strerror(errno)))")
    }

    deinit {
        try? descriptor.close()
    }

    private static func configure(_ device: FileDescriptor, with file: FileDescriptor) -> Bool {
        var configuration = [UInt8](repeating: 0, count: Kernel.configurationBytes)
        return configuration.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: UInt32(file.rawValue), toByteOffset: Kernel.fileOffset, as: UInt32.self)
            bytes.storeBytes(of: Kernel.autoclear, toByteOffset: Kernel.flagsOffset, as: UInt32.self)
            guard let address = bytes.baseAddress else { return false }
            return ioctl(device.rawValue, Kernel.configure, address) == 0
        }
    }
}
