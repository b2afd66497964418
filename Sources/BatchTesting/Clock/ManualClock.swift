public import BatchCore
import Synchronization

/// Clocks that stand still until a test turns them.
public final class ManualClock: TimeSource {
    private struct Reading {
        var wall: Double
        var monotonic: Double
        var boot = 1
    }

    private let reading: Mutex<Reading>

    /// Sets the clocks.
    public init(wallSeconds: Double = 1_700_000_000, monotonicSeconds: Double = 1_000) {
        reading = Mutex(Reading(wall: wallSeconds, monotonic: monotonicSeconds))
    }

    /// Seconds since 1970.
    public var wallSeconds: Double { reading.withLock { $0.wall } }

    /// Seconds since the boot.
    public var monotonicSeconds: Double { reading.withLock { $0.monotonic } }

    /// `boot-1`, then one more with each reboot.
    public var bootID: String { reading.withLock { "boot-\($0.boot)" } }

    /// Lets time pass on both clocks.
    public func advance(bySeconds seconds: Double) {
        reading.withLock {
            $0.wall += seconds
            $0.monotonic += seconds
        }
    }

    /// Sets the wall clock forward or back, as an operator or NTP does.
    public func jumpWall(bySeconds seconds: Double) {
        reading.withLock { $0.wall += seconds }
    }

    /// Starts another boot: the monotonic clock begins again and the wall clock goes on.
    public func reboot(afterSeconds seconds: Double = 30) {
        reading.withLock {
            $0.wall += seconds
            $0.monotonic = 1
            $0.boot += 1
        }
    }
}
