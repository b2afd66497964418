import CLinux
import Glibc
public import SystemPackage

/// Receives signals as a descriptor that a loop can wait for, in place of handlers.
///
/// Make it first thing in `main`, before any thread starts: a signal must be blocked in every thread, and threads
/// inherit that from the one that starts them.
public final class SignalDescriptor: Sendable {
    /// What a daemon is told to stop and to reload by: SIGTERM, SIGINT, SIGHUP.
    public static let daemonSignals: [CInt] = [SIGTERM, SIGINT, SIGHUP]

    /// Readable while a signal is waiting.
    public let descriptor: FileDescriptor

    /// Blocks signals in the calling thread and in those that it starts.
    ///
    /// - Parameter signals: Their numbers.
    /// - Throws: `SupervisionError` when there is no descriptor left.
    public init(_ signals: [CInt] = daemonSignals) throws(SupervisionError) {
        let opened = linux_signalfd(signals, signals.count)
        if opened == -1 { throw SupervisionError(operation: "receiving signals", errno: Errno(rawValue: errno)) }
        descriptor = FileDescriptor(rawValue: opened)
    }

    deinit {
        close(descriptor.rawValue)
    }

    /// Takes the next signal that is waiting; nil when there is none.
    public func next() -> CInt? {
        let signal = linux_signalfd_next(descriptor.rawValue)
        return signal > 0 ? signal : nil
    }

    /// Waits for the next signal and takes it.
    ///
    /// - Parameter milliseconds: How long to wait.
    /// - Returns: The signal; nil when the time is over.
    /// - Throws: `SupervisionError` when poll(2) fails.
    public func next(withinMilliseconds milliseconds: Int) throws(SupervisionError) -> CInt? {
        _ = try Readiness.wait(for: [descriptor.rawValue], timeoutMilliseconds: milliseconds)
        return next()
    }
}
