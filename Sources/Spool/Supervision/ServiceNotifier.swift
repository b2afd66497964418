import CLinux
import Glibc
import SystemPackage

/// Tells the service manager how the daemon is: systemd's sd_notify(3), one datagram a message.
public final class ServiceNotifier: Sendable {
    /// Within which time the manager wants to hear from us again and again; nil where it does not.
    public let watchdogNanoseconds: Int64?

    private let address: String
    private let descriptor: CInt

    /// Opens a socket to tell by.
    ///
    /// - Parameters:
    ///   - address: A path, or `@` and an abstract name.
    ///   - watchdogNanoseconds: The time of its watchdog, if it has one.
    /// - Throws: `SupervisionError` when there is no socket to be had.
    public init(address: String, watchdogNanoseconds: Int64? = nil) throws(SupervisionError) {
        self.address = address
        self.watchdogNanoseconds = watchdogNanoseconds
        descriptor = linux_notify_socket()
        if descriptor == -1 {
            throw SupervisionError(operation: "opening a socket to the service manager", errno: Errno(rawValue: errno))
        }
    }

    deinit {
        close(descriptor)
    }

    /// The manager that started this process, by `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`; nil without one.
    ///
    /// These are taken out of the environment, so that no child believes them meant for itself. Call it before any
    /// thread starts.
    ///
    /// - Throws: `SupervisionError` when there is no socket to be had.
    public static func takeFromEnvironment() throws(SupervisionError) -> ServiceNotifier? {
        let address = take("NOTIFY_SOCKET")
        let interval = take("WATCHDOG_USEC").flatMap(Int64.init)
        let process = take("WATCHDOG_PID")
        guard let address, !address.isEmpty else { return nil }
        let isMeant = process == nil || process == String(getpid())
        let nanoseconds = interval.flatMap { microseconds -> Int64? in
            let (product, overflow) = microseconds.multipliedReportingOverflow(by: 1_000)
            return microseconds > 0 && !overflow && isMeant ? product : nil
        }
        return try ServiceNotifier(address: address, watchdogNanoseconds: nanoseconds)
    }

    /// Sends one message.
    ///
    /// - Parameter assignments: Its lines, `READY=1`; line feeds in them become blanks.
    /// - Throws: `SupervisionError` when nobody takes it within a second.
    public func send(_ assignments: [String]) throws(SupervisionError) {
        let text = assignments.map { String($0.map { $0.isNewline ? " " : $0 }) }.joined(separator: "\n")
        if linux_notify_send(descriptor, address, text, text.utf8.count) == -1 {
            throw SupervisionError(operation: "telling the service manager", errno: Errno(rawValue: errno))
        }
    }

    private static func take(_ name: String) -> String? {
        defer { unsetenv(name) }
        return getenv(name).map { String(cString: $0) }
    }
}
