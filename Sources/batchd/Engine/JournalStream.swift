import FoundationEssentials
import Glibc
import Logging

/// Whether systemd's journal reads standard error, and what it wants of a line then: sd-daemon(3)'s priorities.
enum JournalStream {
    /// Whether `JOURNAL_STREAM` names what standard error is now; a redirection inherits the variable all the same.
    static let isStandardError = isStandardError(
        named: ProcessInfo.processInfo.environment["JOURNAL_STREAM"],
        descriptor: STDERR_FILENO
    )

    /// `<6>` and the like before a line for the journal; nothing elsewhere.
    static func prefix(for level: Logger.Level) -> String {
        isStandardError ? "<\(priority(of: level))>" : ""
    }

    /// syslog's number for a level.
    static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// Whether a descriptor is the stream of that name, `DEVICE:INODE`.
    static func isStandardError(named name: String?, descriptor: CInt) -> Bool {
        var description = stat()
        guard let name, fstat(descriptor, &description) == 0 else { return false }
        return name == "\(description.st_dev):\(description.st_ino)"
    }
}
