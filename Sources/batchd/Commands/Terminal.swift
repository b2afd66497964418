import FoundationEssentials
import Glibc
import Spool
import SystemPackage

/// A terminal that shows frames in place of what was there, and gives it back as it was.
struct Terminal {
    private let original: termios
    /// Whether keys can be read.
    let hasKeys: Bool

    /// Takes the terminal over: another screen, no cursor, and keys that arrive one by one and unseen.
    ///
    /// - Precondition: Standard output is a terminal.
    init() {
        var settings = termios()
        hasKeys = isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &settings) == 0
        original = settings
        if hasKeys {
            settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
            tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        }
        // The other screen; no cursor; long lines are not wrapped. Where that fails, so does the first frame.
        try? StandardStream.output("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J")
    }

    /// Gives the terminal back.
    func restore() {
        try? StandardStream.output("\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l")
        guard hasKeys else { return }
        var settings = original
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    /// Whether the terminal obeys control sequences: one without a type, or of type "dumb", shows them as letters.
    static let obeysSequences = !["", "dumb", "unknown"].contains(kind)

    /// The terminal's type, as the environment says it; empty where it does not.
    static let kind = ProcessInfo.processInfo.environment["TERM"] ?? ""

    /// The size in characters; 24 rows of 80 where the terminal does not say.
    static var size: (rows: Int, columns: Int) {
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
        guard isKnown, size.ws_row > 0, size.ws_col > 0 else { return (24, 80) }
        return (Int(size.ws_row), Int(size.ws_col))
    }

    /// Shows a frame, in one write, so that nothing flickers.
    ///
    /// Lines are cleared before they are written: behind a full one the cursor still stands on its last character.
    ///
    /// - Throws: `CommandFailure` where the terminal takes no more.
    func show(_ lines: [TopScreen.Line], rows: Int) throws {
        let text = lines.map { line in
            "\u{1B}[K" + (line.isHeading ? "\u{1B}[1m\(line.text)\u{1B}[0m" : line.text)
        }
        let rest = lines.count < rows ? "\r\n\u{1B}[J" : ""
        try StandardStream.output("\u{1B}[H" + text.joined(separator: "\r\n") + rest)
    }

    /// Why the waiting ended.
    enum Event: Equatable {
        /// The time is over, or the window has another size.
        case redraw
        /// A key or a signal says so; the signal's number.
        case quit(signal: Int32?)
    }

    /// Waits for a key, a signal or the end of a time.
    func wait(milliseconds: Int32, signals: SignalDescriptor) -> Event {
        var descriptors = [pollfd(fd: signals.descriptor.rawValue, events: Int16(POLLIN), revents: 0)]
        if hasKeys { descriptors.append(pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)) }
        guard poll(&descriptors, nfds_t(descriptors.count), milliseconds) > 0 else { return .redraw }
        if let signal = signals.next() { return signal == SIGWINCH ? .redraw : .quit(signal: signal) }
        guard hasKeys, descriptors[1].revents != 0 else { return .redraw }
        var keys = [UInt8](repeating: 0, count: 64)
        let count = read(STDIN_FILENO, &keys, keys.count)
        // The terminal has gone away, or q, or control and C.
        guard count > 0 else { return .quit(signal: nil) }
        let ends: Set<UInt8> = [UInt8(ascii: "q"), UInt8(ascii: "Q"), 3]
        return keys.prefix(count).contains(where: ends.contains) ? .quit(signal: nil) : .redraw
    }
}
