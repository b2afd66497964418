import ArgumentParser
import Glibc
import Spool
import SystemPackage

/// `batchd top`: shows what the queues do, while they do it.
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Shows queues and jobs live, in a terminal of any size; q quits.",
        discussion: """
            It reads what 'batchd status' reads and asks nothing of the daemon, so whoever may read the root may \
            watch. Where standard output is no terminal, or one that obeys no control sequences (TERM empty or dumb), and \
            with --once, it prints one frame as plain lines.

            Example:
              batchd top --root /srv/batchd --interval 5s
            """
    )

    @Option(name: .long, help: "Time between two frames, 200ms to 1h.")
    var interval: DurationArgument = .seconds(2)

    @Flag(name: .long, help: "Print one frame and end.")
    var once = false

    @OptionGroup var rootOption: RootOption

    /// Rows of one state and queue: more than a screen has.
    private static let rowsMaximum = 200
    /// Rows and columns of a frame that is printed as plain lines.
    private static let plainMaximum = 10_000
    /// Finished jobs that are shown.
    private static let finishedMaximum = 20

    func validate() throws {
        guard (0.2...3600).contains(interval.seconds) else {
            throw ValidationError("--interval is \(interval.defaultValueDescription), expected 200ms to 1h.")
        }
    }

    func run() throws {
        try reportingFailure {
            let root = try rootOption.open()
            guard !once, StandardStream.outputIsTerminal, Terminal.obeysSequences else {
                var alerts = AlertGlance()
                let screen = try Self.screen(of: root, &alerts)
                let lines = screen.lines(rows: Self.plainMaximum, columns: Self.plainMaximum)
                try StandardStream.output(lines.map { $0.text + "\n" }.joined())
                if !once && StandardStream.outputIsTerminal { Self.sayWhyNotLive() }
                return
            }
            let signals = try SignalDescriptor([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH])
            let signal = try Self.watch(root, signals: signals, milliseconds: Int32(interval.seconds * 1000))
            // Whoever sent a signal sees that it was heeded: 128 and its number, as shells say it.
            if let signal { throw ExitCode(128 + signal) }
        }
    }

    private static func sayWhyNotLive() {
        StandardStream.error("batchd: TERM is '\(Terminal.kind.visible)', so this is one frame, as with --once\n")
    }

    /// Shows frames until somebody has seen enough.
    ///
    /// - Returns: The signal that ended it; nil for a key.
    private static func watch(_ root: SpoolRoot, signals: SignalDescriptor, milliseconds: Int32) throws -> Int32? {
        let terminal = Terminal()
        // Also where the root goes away meanwhile, which is told on the screen that was there before.
        defer { terminal.restore() }
        var alerts = AlertGlance()
        while true {
            let size = Terminal.size
            let frame = try screen(of: root, &alerts).lines(rows: size.rows, columns: size.columns)
            try terminal.show(frame, rows: size.rows)
            if case .quit(let signal) = terminal.wait(milliseconds: milliseconds, signals: signals) { return signal }
        }
    }

    private static func screen(of root: SpoolRoot, _ alerts: inout AlertGlance) throws -> TopScreen {
        let reader = try StatusReader(
            disk: root.disk,
            isRunning: InstanceLock.isHeld(root: root.path),
            rowsMaximum: rowsMaximum,
            finishedMaximum: finishedMaximum
        )
        let orphans = try root.orphanedQueues()
        var report = try reader.report(of: (root.queueNames() + orphans.map(\.name)).sorted())
        report.markOrphans(orphans)
        report.mark(alerts.look(at: root))
        return TopScreen(
            report: report,
            orphans: orphans.map(\.name),
            root: root.path.string,
            clock: clock(seconds: SystemTimeSource().wallSeconds)
        )
    }

    /// The local time of the day, "03:12:07".
    private static func clock(seconds: Double) -> String {
        var time = time_t(seconds)
        var parts = tm()
        localtime_r(&time, &parts)
        return [parts.tm_hour, parts.tm_min, parts.tm_sec].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}

/// What `top` knows of alarms that have not arrived. That takes a look at each record in `done/`: too much for a frame.
private struct AlertGlance {
    /// How long a look is good for, in seconds.
    private static let secondsMaximum = 10.0

    private var known = UndeliveredAlerts()
    private var isKnownUntil = -Double.infinity

    mutating func look(at root: SpoolRoot) -> UndeliveredAlerts {
        let now = SystemTimeSource().monotonicSeconds
        if now >= isKnownUntil {
            // Who may not read ledgers may see the rest.
            known = (try? root.undeliveredAlerts()) ?? UndeliveredAlerts()
            isKnownUntil = now + Self.secondsMaximum
        }
        return known
    }
}
