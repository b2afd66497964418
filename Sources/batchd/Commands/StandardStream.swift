import Glibc
import Spool
import SystemPackage

/// Writes to standard output and error, unbuffered and whole.
enum StandardStream {
    /// Writes text to standard error; where that fails there is nobody left to tell.
    static func error(_ text: String) {
        _ = write(Array(text.utf8), to: STDERR_FILENO)
    }

    /// Writes text to standard output.
    ///
    /// - Throws: `CommandFailure` with code 74 where not all of it could be written.
    static func output(_ text: String) throws {
        try output(Array(text.utf8))
    }

    /// Writes bytes to standard output; a reader that has gone away is no error of ours.
    ///
    /// - Throws: `CommandFailure` with code 74 where not all of them could be written.
    static func output(_ bytes: [UInt8]) throws {
        try expectWritten(write(bytes, to: STDOUT_FILENO))
    }

    /// Writes a JSON document to standard output, with nothing in it that a terminal would act on.
    ///
    /// - Throws: `CommandFailure` with code 74 where not all of it could be written.
    static func document(_ bytes: [UInt8]) throws {
        try output(String(decoding: bytes, as: UTF8.self).visibleJSON)
    }

    /// Closes standard output: some file systems say only then that there was no room for what they took.
    ///
    /// - Throws: `CommandFailure` with code 74 where they do.
    static func finish() throws {
        guard close(STDOUT_FILENO) != 0 else { return }
        let error = Errno(rawValue: errno)
        // It was closed from the start, and nobody wanted to write, or what was written is on its way.
        guard error != .badFileDescriptor, error != .interrupted else { return }
        try expectWritten(error)
    }

    /// Whether a person sees standard error.
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Whether a person sees standard error, on a terminal that can show a line anew.
    static var errorIsScreen: Bool { errorIsTerminal && Terminal.obeysSequences }

    /// Whether a person sees standard output.
    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    private static func expectWritten(_ error: Errno?) throws {
        guard let error, error != .brokenPipe else { return }
        throw CommandFailure(
            ExitStatus.inputOutput,
            "not all of the output could be written to standard output: \(error); make room there, or send it "
                + "elsewhere"
        )
    }

    /// Writes all bytes.
    ///
    /// - Returns: What went wrong.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Errno? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            let error = Errno(rawValue: errno)
            guard count < 0 else {
                rest = rest.dropFirst(count)
                continue
            }
            switch error {
            case .interrupted: continue
            // Whoever shares the descriptor with us may have asked not to be kept waiting.
            case .resourceTemporarilyUnavailable: waitForRoom(descriptor)
            default: return error
            }
        }
        return nil
    }

    private static func waitForRoom(_ descriptor: Int32) {
        var descriptors = [pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)]
        poll(&descriptors, 1, -1)
    }
}
