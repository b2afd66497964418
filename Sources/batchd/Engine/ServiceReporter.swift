import Glibc
import Logging
import Spool

/// Tells the service manager that started the daemon, if there is one, how it is.
final class ServiceReporter {
    /// How often the keeper is looked at until it is ready, in nanoseconds: somebody may be waiting for that.
    static let startNanoseconds: Int64 = 50_000_000

    private let notifier: ServiceNotifier
    private let board: InFlightBoard
    private let logger: Logger
    private var report: ServiceReport
    private var hasFailed = false
    private var isReady = false

    init?(_ notifier: ServiceNotifier?, board: InFlightBoard, logger: Logger) {
        guard let notifier else { return nil }
        self.notifier = notifier
        self.board = board
        self.logger = logger
        report = ServiceReport(watchdogNanoseconds: notifier.watchdogNanoseconds)
    }

    /// When the keeper is to be looked at, by CLOCK_BOOTTIME, at the latest.
    func nextLookNanoseconds(now: Int64) -> Int64 {
        now + (isReady ? report.beatNanoseconds : Self.startNanoseconds)
    }

    /// A new engine starts.
    func engineStarts() {
        isReady = false
        report.engineStarts()
    }

    /// Looks at what the keeper says.
    func look() {
        guard let note = board.keeperNote else { return }
        isReady = note.isReady
        tell(report.keeperSaid(note, now: SystemTimeSource.monotonicNanoseconds))
    }

    /// The engine has died and is started again.
    func engineDied(_ words: String) {
        tell(report.engineDied(words, now: SystemTimeSource.monotonicNanoseconds))
    }

    /// No engine can start before something is mended.
    func waits(because words: String) {
        isReady = true
        tell(report.waits(because: words, now: SystemTimeSource.monotonicNanoseconds))
    }

    /// Time passes without an engine, as it should.
    func pauses() {
        tell(report.pauses(now: SystemTimeSource.monotonicNanoseconds))
    }

    /// The engine is asked to read its configuration again.
    func reloads() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
        tell(report.reloads(after: board.keeperNote ?? KeeperNote(), monotonicMicroseconds: microseconds))
    }

    /// The daemon ends.
    func stops(because words: String) {
        tell(report.stops(because: words))
    }

    private func tell(_ lines: [String]) {
        if lines.isEmpty { return }
        do throws(SupervisionError) {
            try notifier.send(lines)
            hasFailed = false
        } catch {
            // The next message may get through; a manager that hears none of them does what its unit says.
            if !hasFailed { logger.warning("the service manager cannot be told", metadata: ["reason": "\(error)"]) }
            hasFailed = true
        }
    }
}
