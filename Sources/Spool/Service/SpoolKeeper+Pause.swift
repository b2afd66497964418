import BatchCore
import Logging
import SystemPackage

/// Everything waits while the disk, or the process, lacks something that will be there again.
extension SpoolKeeper {
    /// Why nothing is done for now.
    struct Pause {
        var reason: String
        /// Whether room on the disk is what is wanted.
        var lacksRoom: Bool
        /// When to look again, by the monotonic clock.
        var retryAt: Double
    }

    func beginPause(because error: FileSystemError) {
        let isNew = pause == nil
        let now = time.monotonicSeconds
        pause = Pause(reason: error.advice, lacksRoom: error.isLackOfRoom, retryAt: now + PauseLimits.retrySeconds)
        exchange.setPaused(true)
        guard isNew else { return }
        // The ballast is there so that a full disk can still take the few bytes that end what is under way.
        try? disk.removeTree(SpoolLayout.ballast)
        if error.isLackOfRoom {
            patience.begin(now: now, free: try? disk.space())
        } else if shortage?.errno == error.errno {
            // It was not over: work went on for a moment and met it again.
            shortage?.calmSince = nil
            return
        } else {
            shortage = Shortage(errno: error.errno, reason: error.advice)
        }
        logger.error("paused; nothing is lost, work goes on by itself", metadata: ["reason": "\(error.advice)"])
    }

    /// Lets work go on where there is a chance that it can.
    ///
    /// - Returns: Whether it goes on.
    func endPauseIfPossible() -> Bool {
        guard let current = pause else { return true }
        guard time.monotonicSeconds >= current.retryAt else { return false }
        let space = try? disk.space()
        let now = time.monotonicSeconds
        guard let space, space.bytes >= min(minimumFreeBytes, PauseLimits.resumeBytesMinimum), space.inodes > 0,
            patience.isOver(now: now, free: space)
        else {
            pause?.retryAt = now + PauseLimits.retrySeconds
            return false
        }
        pause = nil
        patience.end(now: now)
        exchange.setPaused(false)
        restoreBallast()
        if current.lacksRoom {
            logger.notice("going on after a pause", metadata: ["reason": "\(current.reason)"])
        } else {
            // Whether there are descriptors or memory again, nothing says but the work itself.
            shortage?.calmSince = now
        }
        return true
    }

    /// Says that a shortage is over, once it has not come back for a while, or nothing is left to do.
    func endShortageIfOver(isIdle: Bool) {
        guard let over = shortage, let overAt = over.overAt, pause == nil,
            isIdle || time.monotonicSeconds >= overAt
        else { return }
        shortage = nil
        logger.notice("going on after a pause", metadata: ["reason": "\(over.reason)"])
    }

    /// Lays the ballast down again; a disk that has no room for it will pause soon enough.
    func restoreBallast() {
        guard (try? disk.status(of: SpoolLayout.ballast)) == .some(nil),
            let space = try? disk.space(), space.bytes >= 2 * PauseLimits.ballastBytes
        else { return }
        // Not synced: it need not survive anything, and a start should not wait for it.
        guard let file = try? disk.open(SpoolLayout.ballast, .createNew) else { return }
        let written: Void? = try? file.write([UInt8](repeating: 0, count: PauseLimits.ballastBytes))
        try? file.close()
        if written == nil { try? disk.removeFile(SpoolLayout.ballast) }
    }
}

/// A want of descriptors or memory over all the pauses that it makes.
///
/// Other than of room, nobody can be asked whether there is enough: every second work goes on, and may meet it at once.
/// The log has a line when that begins and one when it ends.
struct Shortage {
    let errno: Errno
    let reason: String
    /// Since when work has gone on without meeting it, by the monotonic clock; nil during a pause.
    var calmSince: Double?

    init(errno: Errno, reason: String) {
        self.errno = errno
        self.reason = reason
    }

    /// When it counts as over, by the monotonic clock; nil during a pause.
    var overAt: Double? { calmSince.map { $0 + PauseLimits.calmSeconds } }
}

/// Numbers that govern pauses.
enum PauseLimits {
    /// The ballast: space to let go of when the disk is full, in bytes.
    static let ballastBytes = 8 << 20
    /// Free space at which work that is under way goes on, in bytes: the ballast alone must make it.
    static let resumeBytesMinimum = ballastBytes / 2
    /// Seconds between two looks at a full disk.
    static let retrySeconds = 1.0
    /// Seconds for which a pause that repeats itself waits at most, unless room is made.
    static let patienceSecondsMaximum = 32.0
    /// For how long a shortage must not have come back until the log says that it is over, in seconds.
    static let calmSeconds = 10.0
    /// Free inodes below which nothing is claimed.
    static let inodesMinimum = 64
}

/// What the copy of a file takes, and what there was when it was looked at.
struct WantedRoom {
    /// The copy, in bytes.
    var copyBytes: Int
    /// Free on the file system, in bytes.
    var freeBytes: Int
}

/// Lets pauses on a disk with some room, and less than the next step needs, become longer until room is made.
struct RoomPatience {
    private var seconds = PauseLimits.retrySeconds
    private var goesOnAt = -Double.infinity
    private var endedAt = -Double.infinity
    private var free = FreeSpace(bytes: 0, inodes: 0)

    /// A pause begins: it lasts twice as long as the one before, where work went on in between for less time than that.
    mutating func begin(now: Double, free: FreeSpace?) {
        let repeats = now - endedAt <= seconds
        seconds = repeats ? min(2 * seconds, PauseLimits.patienceSecondsMaximum) : PauseLimits.retrySeconds
        goesOnAt = now + seconds
        self.free = free ?? FreeSpace(bytes: 0, inodes: 0)
    }

    /// Whether work may go on: time has passed, or there is more room than there was.
    func isOver(now: Double, free: FreeSpace) -> Bool {
        now >= goesOnAt || free.bytes > self.free.bytes || free.inodes > self.free.inodes
    }

    /// A pause has ended; the next one, should it be for want of something else, does not wait for this one's time.
    mutating func end(now: Double) {
        endedAt = now
        goesOnAt = -.infinity
    }
}
