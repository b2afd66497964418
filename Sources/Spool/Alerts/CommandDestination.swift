import CLinux
import Glibc
import Synchronization
import SystemPackage

/// Hands alarms to a program, as JSON on its standard input.
public final class CommandDestination: AlertDestination {
    /// `command`.
    public let name = "command"

    /// The exit code of a program that will never take what it was given: EX_DATAERR of sysexits.h.
    static let refusal: CInt = 65

    private let arguments: [String]
    private let timeoutSeconds: Double
    private let isHeard: Bool
    private let state = Mutex(State())

    private struct State {
        var child: ChildProcess?
        var isStopped = false
    }

    /// Creates a destination.
    ///
    /// - Parameters:
    ///   - arguments: The program's path and what follows it; no shell looks at them.
    ///   - timeoutSeconds: When the program and all that it started is killed.
    ///   - isHeard: Whether what it writes goes where our own output goes; else nowhere.
    public init(_ arguments: [String], timeoutSeconds: Double, isHeard: Bool = false) {
        precondition(!arguments.isEmpty, "a command has a program")
        self.arguments = arguments
        self.timeoutSeconds = timeoutSeconds
        self.isHeard = isHeard
    }

    /// Runs the program, and waits for its end or the end of its time.
    ///
    /// - Parameter notices: The alarms.
    /// - Returns: What its end means.
    public func deliver(_ notices: [AlertNotice]) -> AlertDelivery {
        guard !state.withLock({ $0.isStopped }) else { return .failed("batchd is ending") }
        do {
            let input = try Self.memory(holding: DocumentCoding.encode(notices))
            defer { Glibc.close(input.rawValue) }
            let nothing = try FileDescriptor.open("/dev/null", .writeOnly, options: .closeOnExec)
            defer { Glibc.close(nothing.rawValue) }
            var descriptors: [CInt: FileDescriptor] = [STDIN_FILENO: input]
            if !isHeard { descriptors.merge([STDOUT_FILENO: nothing, STDERR_FILENO: nothing]) { first, _ in first } }
            var command = ChildCommand(
                executable: FilePath(arguments[0]),
                arguments: Array(arguments.dropFirst()),
                descriptors: descriptors
            )
            command.leadsGroup = true
            command.inheritsCapabilities = false
            return try wait(for: ChildProcess(command))
        } catch {
            return .failed("'\(arguments[0])' cannot be run: \(error)")
        }
    }

    /// Kills the program under way.
    public func interrupt() {
        state.withLock { state in
            state.isStopped = true
            state.child?.killGroup()
        }
    }

    /// Does nothing: nothing outlives a delivery.
    public func close() {}

    private func wait(for child: ChildProcess) throws(SupervisionError) -> AlertDelivery {
        state.withLock { state in
            state.child = child
            if state.isStopped { child.killGroup() }
        }
        defer { state.withLock { $0.child = nil } }
        var event = try child.wait(timeoutMilliseconds: Int(timeoutSeconds * 1000))
        let isLate = event == .timedOut
        if isLate {
            child.killGroup()
            event = try child.wait()
        }
        guard case .ended(let end) = event, !isLate else {
            return .failed("it did not end within \(timeoutSeconds.plain) s, and was killed")
        }
        return switch end {
        case .exited(0): .delivered
        case .exited(Self.refusal): .refused("it exited with code \(Self.refusal)")
        case .exited(let code): .failed("it exited with code \(code)")
        case .signaled(let signal): .failed("signal \(signal) ended it")
        }
    }

    /// A file without a name, so that no reader has to keep up with a pipe.
    private static func memory(holding bytes: [UInt8]) throws(SupervisionError) -> FileDescriptor {
        let descriptor = linux_sealed_memory("batchd-alerts", bytes.count)
        var written = 0
        while descriptor != -1 && written < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                pwrite(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written, off_t(written))
            }
            if count <= 0 { break }
            written += count
        }
        guard written == bytes.count, descriptor != -1 else {
            let code = errno
            if descriptor != -1 { Glibc.close(descriptor) }
            throw SupervisionError(operation: "keeping alarms in memory", errno: Errno(rawValue: code))
        }
        return FileDescriptor(rawValue: descriptor)
    }
}
