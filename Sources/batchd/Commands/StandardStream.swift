import Glibc
import Spool

/// Writes to standard output and error, unbuffered and whole.
enum StandardStream {
    /// Writes text to standard error.
    static func error(_ text: String) {
        write(Array(text.utf8), to: STDERR_FILENO)
    }

    /// Writes text to standard output.
    static func output(_ text: String) {
        write(Array(text.utf8), to: STDOUT_FILENO)
    }

    /// Writes a JSON document to standard output, with nothing in it that a terminal would act on.
    static func document(_ bytes: [UInt8]) {
        output(String(decoding: bytes, as: UTF8.self).visibleJSON)
    }

    /// Whether a person sees standard error.
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Whether a person sees standard output.
    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Writes all bytes; a reader that has gone away is no error of ours.
    static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
