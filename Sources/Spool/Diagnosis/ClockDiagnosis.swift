public import BatchCore
import CLinux
import SystemPackage

/// Whether the machine's time can be believed.
public struct ClockDiagnosis {
    private let disk: any FileSystem
    private let time: any TimeSource
    private let startOffset: Double

    /// Seconds of 2025-01-01: no build of batchd is older.
    private static let earliestSeconds = 1_735_689_600.0
    /// How far a file may be ahead of the clock, in seconds.
    private static let aheadSecondsMaximum = 60.0
    /// How far the clock may move while it is watched, in seconds.
    private static let jumpSecondsMaximum = 0.5

    /// Begins to watch the clock.
    ///
    /// - Parameters:
    ///   - disk: The root, whose files say when they were written.
    ///   - time: The clock.
    public init(disk: any FileSystem, time: any TimeSource) {
        self.disk = disk
        self.time = time
        startOffset = time.wallSeconds - time.monotonicSeconds
    }

    /// What the time is, and what speaks against it.
    ///
    /// - Parameter isDisciplined: Whether something keeps the clock right, with the largest error in seconds.
    /// - Returns: What was found.
    public func findings(isDisciplined: Discipline = .ofThisMachine) -> [Finding] {
        [now(), ahead(), jump(), discipline(isDisciplined)].compactMap(\.self)
    }

    /// What the kernel says about who keeps the clock right.
    public enum Discipline: Sendable, Equatable {
        /// Something does, to within so many seconds.
        case disciplined(secondsMaximum: Double)
        /// Nothing does.
        case free
        /// It cannot be asked.
        case unknown

        /// Asks the kernel.
        public static var ofThisMachine: Discipline {
            var microseconds: Int64 = 0
            return switch linux_clock_is_disciplined(&microseconds) {
            case 1: .disciplined(secondsMaximum: Double(microseconds) / 1e6)
            case 0: .free
            default: .unknown
            }
        }
    }

    private func now() -> Finding {
        let now = time.wallSeconds
        guard now < Self.earliestSeconds else { return Finding(.clock, .ok, "time", Timestamp.iso8601(now)) }
        let seen = "\(Timestamp.iso8601(now)) is in the past"
        return Finding(.clock, .error, "time", seen, advice: "set the clock: timedatectl set-ntp true")
    }

    /// A file from the future was written before the clock was set back.
    private func ahead() -> Finding? {
        let paths = [SpoolLayout.statusSnapshot, SpoolLayout.metricsTextfile, SpoolLayout.lock]
        let newest = paths.compactMap { path in
            (try? disk.status(of: path)).flatMap { $0 }.map { (path: path, seconds: $0.modifiedSeconds) }
        }.max { $0.seconds < $1.seconds }
        guard let newest, newest.seconds - time.wallSeconds > Self.aheadSecondsMaximum else { return nil }
        return Finding(
            .clock,
            .warning,
            newest.path.string,
            "was written \((newest.seconds - time.wallSeconds).ageInWords) in the future: the clock was set back",
            advice: "see that the time is right now; no job is lost by it"
        )
    }

    private func jump() -> Finding? {
        let moved = time.wallSeconds - time.monotonicSeconds - startOffset
        guard moved.magnitude > Self.jumpSecondsMaximum else { return nil }
        let tenths = (moved * 10).rounded() / 10
        let seen = "the clock jumped by \(tenths) s while doctor looked"
        return Finding(.clock, .warning, "time", seen, advice: "see what sets it: journalctl -u systemd-timesyncd")
    }

    private func discipline(_ discipline: Discipline) -> Finding {
        switch discipline {
        case .disciplined(let seconds):
            let milliseconds = Int((seconds * 1000).rounded(.up))
            return Finding(.clock, .ok, "synchronisation", "kept right to within \(milliseconds) ms, says the kernel")
        case .free:
            let advice = "where nothing else keeps it, as a host does for its containers: timedatectl set-ntp true"
            return Finding(
                .clock,
                .note,
                "synchronisation",
                "the kernel knows of nothing that keeps the clock right",
                advice: advice
            )
        case .unknown:
            return Finding(.clock, .note, "synchronisation", "the kernel does not say whether anything keeps it right")
        }
    }
}
