import Spool

/// Decides what the service manager is told, from what the parent does and what the keeper says.
///
/// The watchdog hears of us only where the keeper went on since the last time: a parent that lives beside a keeper
/// that hangs is no service.
struct ServiceReport {
    /// Within which time a service that still recovers says so again, or is taken for dead, in seconds.
    static let recoverySeconds = 600
    /// The shortest time between two lines about what is under way, in nanoseconds.
    static let statusNanoseconds: Int64 = 5_000_000_000
    /// How often the watchdog is told within its time.
    static let beatsPerWatchdog: Int64 = 4
    /// The longest time between two beats that are told, in nanoseconds.
    static let beatNanosecondsMaximum: Int64 = 5_000_000_000

    /// How often the keeper is to be looked at.
    let beatNanoseconds: Int64
    private var hasToldReady = false
    /// The count of reloads at which the one that was asked for is over; nil where none was.
    private var reloadsAwaited: Int?
    private var lastBeat = Int64.min
    private var toldBeatAt: Int64?
    private var toldStatus = ""
    private var toldStatusAt: Int64?

    /// Begins with nothing told.
    ///
    /// - Parameter watchdogNanoseconds: The time of the manager's watchdog, if it has one.
    init(watchdogNanoseconds: Int64?) {
        let wanted = (watchdogNanoseconds ?? .max) / Self.beatsPerWatchdog
        beatNanoseconds = min(wanted, Self.beatNanosecondsMaximum)
    }

    /// A new engine starts: what the last one said is of no account.
    mutating func engineStarts() {
        lastBeat = .min
        // It reads the configuration itself, and is done with that once it is ready.
        if reloadsAwaited != nil { reloadsAwaited = 0 }
    }

    /// The keeper was looked at.
    ///
    /// - Parameters:
    ///   - note: What it said last.
    ///   - now: CLOCK_BOOTTIME in nanoseconds.
    /// - Returns: What to tell; empty for nothing.
    mutating func keeperSaid(_ note: KeeperNote, now: Int64) -> [String] {
        var lines: [String] = []
        let isReloaded = reloadsAwaited.map { note.reloads >= $0 } ?? true
        if note.isReady && isReloaded && (!hasToldReady || reloadsAwaited != nil) {
            hasToldReady = true
            reloadsAwaited = nil
            lines.append("READY=1")
        }
        if note.beatNanoseconds > lastBeat, isDue(since: toldBeatAt, beatNanoseconds, now) {
            lastBeat = note.beatNanoseconds
            lines += alive(now: now)
        }
        if note.status != toldStatus, !lines.isEmpty || isDue(since: toldStatusAt, Self.statusNanoseconds, now) {
            toldStatus = note.status
            toldStatusAt = now
            lines.append("STATUS=\(note.status)")
        }
        return lines
    }

    /// The engine has died, and another one is started.
    mutating func engineDied(_ words: String, now: Int64) -> [String] {
        toldStatus = ""
        return ["STATUS=the engine died (\(words)) and is started again"] + alive(now: now)
    }

    /// No engine can start before something is mended; a reload that was asked for is over, and has failed.
    mutating func waits(because words: String, now: Int64) -> [String] {
        defer { reloadsAwaited = nil }
        return (reloadsAwaited == nil ? [] : ["READY=1"]) + ["STATUS=\(words)"] + alive(now: now)
    }

    /// Time passes without an engine, as it should.
    mutating func pauses(now: Int64) -> [String] {
        isDue(since: toldBeatAt, beatNanoseconds, now) ? alive(now: now) : []
    }

    /// The engine is asked to read the configuration again.
    ///
    /// - Parameters:
    ///   - note: What its keeper said last.
    ///   - monotonicMicroseconds: CLOCK_MONOTONIC, by which the manager knows which reload is meant.
    /// - Returns: What to tell.
    mutating func reloads(after note: KeeperNote, monotonicMicroseconds: Int64) -> [String] {
        guard hasToldReady else { return [] }
        reloadsAwaited = note.reloads + 1
        return ["RELOADING=1", "MONOTONIC_USEC=\(monotonicMicroseconds)"]
    }

    /// The daemon ends.
    func stops(because words: String) -> [String] {
        ["STOPPING=1", "STATUS=\(words)"]
    }

    private mutating func alive(now: Int64) -> [String] {
        toldBeatAt = now
        return [hasToldReady ? "WATCHDOG=1" : "EXTEND_TIMEOUT_USEC=\(Self.recoverySeconds * 1_000_000)"]
    }

    private func isDue(since last: Int64?, _ interval: Int64, _ now: Int64) -> Bool {
        last.map { now - $0 >= interval } ?? true
    }
}
