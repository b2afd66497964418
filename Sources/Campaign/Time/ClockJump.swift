import BatchCore
import Glibc
import Spool
import SystemPackage

/// The wall clock jumps while a shard waits for its next attempt: it comes neither before its time nor never.
struct ClockJump {
    #if arch(arm64)
    private static let multiarch = "aarch64-linux-gnu"
    #else
    private static let multiarch = "x86_64-linux-gnu"
    #endif
    /// Debian's libfaketime, which leaves the monotonic clocks alone when it is told to.
    static let preload = FilePath("/usr/lib/\(multiarch)/faketime/libfaketimeMT.so.1")
    /// What the clock jumps by, as libfaketime wants it.
    static let jumps = ["+30d", "-30d", "+1y", "-1y", "+10y", "-10y"]
    /// One shard may take a while, so that an engine is killed within it; retries come after one to four seconds.
    static let settings = "shard_records: 60000\nretry: { base: 4s, cap: 4s }\n"
    /// How late an attempt may be, in seconds: the shard itself, and a busy machine.
    private static let latenessSeconds = 30.0
    private static let triesMaximum = 20

    let place: TimedRoot
    let seed: Int

    /// Whether libfaketime is installed.
    static var isPossible: Bool { access(preload.string, R_OK) == 0 }

    private var clock: FilePath { place.context.scratch.appending("clock-\(seed)") }

    /// Kills the engine in a shard, lets the clock jump, with or without a restart of the daemon, and waits.
    func run(_ outcome: inout SeedOutcome) throws {
        try set("+0")
        defer { unlink(clock.string) }
        var daemon = try place.start(environment: environment)
        var key = ""
        var wanted = AnswerDigest()
        var charged: AttemptEntry?
        for number in 0..<Self.triesMaximum where charged == nil {
            key = "jump-\(number)"
            wanted = try place.drop(key, records: 120_000, seed: seed)
            guard try place.wait(for: daemon, until: { place.isUnderWay(key) || place.isPublished(key) }) else { break }
            charged = try charge(key, daemon)
        }
        guard let charged else {
            throw CampaignError("no engine was killed within a shard in \(Self.triesMaximum) tries; see \(place.log)")
        }
        let jump = Self.jumps[seed % Self.jumps.count]
        try set(jump)
        let restarts = seed / Self.jumps.count % 2 == 1
        if restarts {
            _ = try daemon.terminate()
            daemon = try place.start(environment: environment)
        }
        let late = charged.dueMonotonicSeconds + Self.latenessSeconds
        let isDone = try place.wait(for: daemon) { place.isPublished(key) }
        let now = SystemTimeSource().monotonicSeconds
        var violations: [String] = []
        if !isDone { violations.append("the retry is lost: \(key) is not published") }
        if isDone && now < charged.dueMonotonicSeconds { violations.append("the retry came before its time") }
        if isDone && now > late { violations.append("the retry came \(now - charged.dueMonotonicSeconds) s late") }
        if isDone { violations += try place.violations(of: key, wanted: wanted) }
        _ = try daemon.terminate()
        outcome.note(violations, "clock \(jump)\(restarts ? ", restarted" : ""), seed \(seed)")
    }

    /// Kills the engine until a shard has been charged; nil where the job was done before.
    private func charge(_ key: String, _ daemon: DaemonProcess) throws -> AttemptEntry? {
        guard daemon.kill(.engine) else { return nil }
        _ = try place.wait(for: daemon, atMostSeconds: 20) {
            !place.attempts(of: key).isEmpty || place.isPublished(key)
        }
        return place.attempts(of: key).max { $0.dueMonotonicSeconds < $1.dueMonotonicSeconds }
    }

    private func set(_ time: String) throws {
        let file = try FileDescriptor.open(
            clock,
            .writeOnly,
            options: [.create, .truncate],
            permissions: [.ownerReadWrite]
        )
        try file.closeAfter { _ = try file.writeAll(Array("\(time)\n".utf8)) }
    }

    private var environment: [String: String] {
        [
            "LD_PRELOAD": Self.preload.string, "FAKETIME_TIMESTAMP_FILE": clock.string, "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
            "LD_LIBRARY_PATH": getenv("LD_LIBRARY_PATH").map { String(cString: $0) } ?? "",
        ]
    }
}
