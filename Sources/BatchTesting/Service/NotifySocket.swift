import Glibc
import Spool
import SystemPackage

/// The service manager's end of `NOTIFY_SOCKET`, for tests.
public final class NotifySocket: Sendable {
    /// What `NOTIFY_SOCKET` is to be.
    public let address: String

    private let descriptor: CInt
    private static let bytesMaximum = 65_536

    /// Listens.
    ///
    /// - Parameter address: A path that does not exist yet, or `@` and an abstract name.
    /// - Throws: `Errno` where it cannot be bound.
    public init(address: String) throws {
        self.address = address
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if descriptor == -1 { throw Errno(rawValue: errno) }
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        var name = Array(address.utf8)
        precondition(name.count < MemoryLayout.size(ofValue: target.sun_path), "'\(address)' is too long for a socket")
        if address.hasPrefix("@") { name[0] = 0 }
        withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: name) }
        let terminator = address.hasPrefix("@") ? 0 : 1
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count + terminator)
        let bound = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        if bound == -1 {
            let failure = Errno(rawValue: errno)
            close(descriptor)
            throw failure
        }
    }

    deinit {
        close(descriptor)
        if !address.hasPrefix("@") { unlink(address) }
    }

    /// The next message's lines; nil when none comes in time.
    public func next(withinMilliseconds milliseconds: Int) -> [String]? {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&event, 1, CInt(clamping: milliseconds)) == 1 else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.bytesMaximum) { buffer, initialized in
            initialized = max(0, recv(descriptor, buffer.baseAddress, buffer.count, 0))
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Passes over messages until one has this line.
    ///
    /// - Parameters:
    ///   - line: `READY=1`.
    ///   - milliseconds: How long to wait.
    /// - Returns: All lines that came, those of that message last; nil when it does not come in time.
    public func lines(until line: String, withinMilliseconds milliseconds: Int = 60_000) -> [String]? {
        let end = SystemTimeSource.monotonicNanoseconds + Int64(milliseconds) * 1_000_000
        var all: [String] = []
        while true {
            let left = (end - SystemTimeSource.monotonicNanoseconds) / 1_000_000
            guard left > 0, let lines = next(withinMilliseconds: Int(left)) else { return nil }
            all += lines
            if lines.contains(line) { return all }
        }
    }
}
