public import BatchCore
import Glibc

/// The machine's clocks.
public struct SystemTimeSource: TimeSource {
    /// The kernel's random name of this boot; empty where /proc is not mounted.
    public let bootID: String

    /// Reads the boot's name once.
    public init() {
        bootID = Self.readBootID()
    }

    /// CLOCK_REALTIME.
    public var wallSeconds: Double { Double(Self.nanoseconds(CLOCK_REALTIME)) / 1e9 }

    /// CLOCK_BOOTTIME.
    public var monotonicSeconds: Double { Double(Self.monotonicNanoseconds) / 1e9 }

    /// CLOCK_BOOTTIME as the integer that `InFlightBoard` counts in.
    public static var monotonicNanoseconds: Int64 { nanoseconds(CLOCK_BOOTTIME) }

    private static func nanoseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func readBootID() -> String {
        guard let file = fopen("/proc/sys/kernel/random/boot_id", "re") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
