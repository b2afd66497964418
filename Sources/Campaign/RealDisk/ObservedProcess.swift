import Glibc
import Spool
import SystemPackage

/// A process whose standard output and error are read, together and line by line, as they come.
///
/// Every process that it starts writes there too, so the end of the output is the end of them all.
final class ObservedProcess {
    /// The process.
    let child: ChildProcess
    /// What was read so far, without the line that has not ended.
    private(set) var lines: [String] = []
    private let reader: FileDescriptor
    private var rest: [UInt8] = []

    /// Starts a process.
    ///
    /// - Parameters:
    ///   - executable: What it runs.
    ///   - arguments: Its arguments.
    ///   - environment: The whole environment; nil for that of this process.
    /// - Throws: `SupervisionError`, `Errno`.
    init(_ executable: FilePath, _ arguments: [String], environment: [String: String]? = nil) throws {
        let pipe = try FileDescriptor.pipe()
        reader = pipe.readEnd
        defer { try? pipe.writeEnd.close() }
        for end in [pipe.readEnd, pipe.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
        child = try ChildProcess(
            ChildCommand(
                executable: executable,
                arguments: arguments,
                environment: environment,
                descriptors: [1: pipe.writeEnd, 2: pipe.writeEnd]
            )
        )
    }

    deinit {
        try? reader.close()
    }

    /// Reads until a line comes that is looked for.
    ///
    /// - Parameters:
    ///   - seconds: How long at most.
    ///   - isWanted: Whether a line is the one.
    /// - Returns: The line; nil at the end of the output, or when the time is over.
    /// - Throws: `Errno`.
    func line(withinSeconds seconds: Double, where isWanted: (String) -> Bool) throws -> String? {
        let time = SystemTimeSource()
        let end = time.monotonicSeconds + seconds
        while true {
            while let line = takeLine() {
                lines.append(line)
                if isWanted(line) { return line }
            }
            guard try isReadable(withinSeconds: end - time.monotonicSeconds), try readMore() else { return nil }
        }
    }

    /// Reads until all processes have closed the output, then takes how the first of them ended.
    ///
    /// - Parameter seconds: How long at most; then the process is killed.
    /// - Returns: How it ended.
    /// - Throws: `Errno`, `SupervisionError`.
    func end(withinSeconds seconds: Double) throws -> ProcessEnd? {
        let time = SystemTimeSource()
        let end = time.monotonicSeconds + seconds
        while try isReadable(withinSeconds: end - time.monotonicSeconds), try readMore() {}
        while let line = takeLine() { lines.append(line) }
        guard case .ended(let end) = try child.wait(timeoutMilliseconds: 0) else {
            // The output can be closed a moment before the process is gone.
            if time.monotonicSeconds < end, case .ended(let end) = try child.wait(timeoutMilliseconds: 1_000) {
                return end
            }
            child.kill()
            return nil
        }
        return end
    }

    private func isReadable(withinSeconds seconds: Double) throws -> Bool {
        var polled = pollfd(fd: reader.rawValue, events: Int16(POLLIN), revents: 0)
        while true {
            let count = poll(&polled, 1, CInt(max(0, seconds) * 1000))
            if count >= 0 { return count == 1 }
            if errno != EINTR { throw Errno(rawValue: errno) }
        }
    }

    private func readMore() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = try chunk.withUnsafeMutableBytes { try reader.read(into: $0) }
        rest += chunk[..<count]
        return count > 0
    }

    private func takeLine() -> String? {
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = String(decoding: rest[..<end], as: UTF8.self)
        rest.removeSubrange(...end)
        return line
    }
}
