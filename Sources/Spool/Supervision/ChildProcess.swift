import CLinux
import Glibc
import Synchronization
public import SystemPackage

/// How a process ended.
public enum ProcessEnd: Sendable, Equatable, Hashable {
    /// It exited with a code.
    case exited(CInt)
    /// A signal ended it.
    case signaled(CInt)
}

/// A process that this one started and must reap.
public final class ChildProcess: Sendable {
    /// What ended a wait.
    public enum Event: Sendable, Equatable {
        /// The child has ended and was reaped.
        case ended(ProcessEnd)
        /// Some of the other descriptors are readable, and the child lives.
        case readable([FileDescriptor])
        /// The time is over, and the child lives.
        case timedOut
    }

    /// Its process id; another process may have it once this one was reaped.
    public let processID: CInt

    private let descriptor: CInt
    private let end: Mutex<ProcessEnd?> = Mutex(nil)

    /// Starts a child.
    ///
    /// A child that calls `dieWithParent` dies when the thread that made this call ends, so start it from one that
    /// lives as long as the process, such as the main thread.
    ///
    /// - Parameter command: What it runs.
    /// - Throws: `SupervisionError` when it cannot be started.
    public init(_ command: ChildCommand) throws(SupervisionError) {
        processID = try Self.spawn(command)
        descriptor = linux_pidfd_open(processID)
        if descriptor == -1 {
            let code = errno
            Glibc.kill(processID, SIGKILL)
            waitpid(processID, nil, 0)
            throw SupervisionError(operation: "watching process \(processID)", errno: Errno(rawValue: code))
        }
    }

    /// Neither kills nor reaps the child.
    deinit {
        close(descriptor)
    }

    /// Waits until the child ends or something else happens, without using the processor.
    ///
    /// - Parameters:
    ///   - others: Descriptors that end the wait when they are readable.
    ///   - timeoutMilliseconds: How long; nil for ever.
    /// - Returns: What ended the wait; the child's end before all else.
    /// - Throws: `SupervisionError` when poll(2) or waitpid(2) fails.
    public func wait(
        for others: [FileDescriptor] = [],
        timeoutMilliseconds: Int? = nil
    ) throws(SupervisionError) -> Event {
        if let end = try reap() { return .ended(end) }
        let ready = try Readiness.wait(
            for: [descriptor] + others.map(\.rawValue),
            timeoutMilliseconds: timeoutMilliseconds
        )
        if ready[0], let end = try reap() { return .ended(end) }
        let readable = zip(others, ready.dropFirst()).filter(\.1).map(\.0)
        return readable.isEmpty ? .timedOut : .readable(readable)
    }

    /// Kills the child, unless it was reaped already.
    public func kill() {
        send(SIGKILL)
    }

    /// Kills the child and what it started, unless the child was reaped already.
    ///
    /// - Precondition: The command said `leadsGroup`.
    public func killGroup() {
        end.withLock { end in
            if end == nil { _ = Glibc.kill(-processID, SIGKILL) }
        }
    }

    /// Sends a signal, unless the child was reaped already.
    public func send(_ signal: CInt) {
        end.withLock { end in
            if end == nil { _ = Glibc.kill(processID, signal) }
        }
    }

    /// Takes the child's status when it has ended; safe to ask again.
    private func reap() throws(SupervisionError) -> ProcessEnd? {
        try end.withLock { (end) throws(SupervisionError) in
            if end != nil { return end }
            var code: CInt = 0
            var signal: CInt = 0
            switch linux_reap(processID, &code, &signal) {
            case 0: break
            case -1: throw SupervisionError(operation: "reaping process \(processID)", errno: Errno(rawValue: errno))
            default: end = signal == 0 ? .exited(code) : .signaled(signal)
            }
            return end
        }
    }

    /// Has the kernel kill this process when its parent's starting thread ends; for the child to call first thing.
    ///
    /// - Parameter parent: The process id that the parent said it has.
    /// - Throws: `SupervisionError`, with `ESRCH` when the parent has died already and the child should exit.
    public static func dieWithParent(_ parent: CInt) throws(SupervisionError) {
        if linux_die_with_parent() == -1 {
            throw SupervisionError(operation: "tying to process \(parent)", errno: Errno(rawValue: errno))
        }
        // The parent may have died before the kernel was told.
        if getppid() != parent {
            throw SupervisionError(operation: "tying to process \(parent)", errno: .noSuchProcess)
        }
    }
}
