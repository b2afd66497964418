import Glibc
import Spool

/// Processes are stopped for longer than a shard may take: together, which is nobody's fault, or the engine alone,
/// which is a hang.
struct Suspension {
    /// A shard may take one second.
    static let settings = "retry: { base: 1ms, cap: 5ms, shard_timeout: 1s }\n"
    private static let stopMicroseconds: UInt32 = 2_500_000
    private static let runMicroseconds: UInt32 = 150_000

    let place: TimedRoot
    let seed: Int

    /// Stops parent and engine together: no attempt is charged.
    func stopBoth(_ outcome: inout SeedOutcome) throws {
        let key = "both-\(seed)"
        let wanted = try place.drop(key, records: 400_000, seed: seed)
        let daemon = try place.start()
        _ = try place.wait(for: daemon) { place.isUnderWay(key) || place.isPublished(key) }
        let engine = daemon.engine
        var stops = 0
        while stops < 3, !place.isPublished(key) {
            usleep(Self.runMicroseconds)
            daemon.signalGroup(SIGSTOP)
            usleep(Self.stopMicroseconds)
            daemon.signalGroup(SIGCONT)
            stops += 1
        }
        var violations: [String] = []
        if try !place.wait(for: daemon, until: { place.isPublished(key) }) { violations.append("it never went on") }
        if daemon.engine != engine { violations.append("its engine was killed as hung") }
        violations += try place.violations(of: key, wanted: wanted)
        let attempts = try place.attemptsCharged(to: key)
        if attempts > 0 { violations.append("\(attempts) attempts were charged") }
        _ = try daemon.terminate()
        outcome.note(violations, "parent and engine stopped \(stops) times, seed \(seed)")
    }

    /// Stops the engine alone: it is killed and replaced, and its shard is charged.
    func stopEngine(_ outcome: inout SeedOutcome) throws {
        let key = "engine-\(seed)"
        let wanted = try place.drop(key, records: 400_000, seed: seed)
        let daemon = try place.start()
        _ = try place.wait(for: daemon) { place.isUnderWay(key) || place.isPublished(key) }
        usleep(Self.runMicroseconds)
        guard let engine = daemon.engine, !place.isPublished(key) else { return }
        kill(engine, SIGSTOP)
        let isReplaced = try place.wait(for: daemon, atMostSeconds: 20) { daemon.engine != engine }
        kill(engine, SIGCONT)
        var violations = isReplaced ? [] : ["a stopped engine was not replaced within 20 s"]
        if try !place.wait(for: daemon, until: { place.isPublished(key) }) { violations.append("it never went on") }
        violations += try place.violations(of: key, wanted: wanted)
        if try isReplaced && place.attemptsCharged(to: key) == 0 { violations.append("the hang was not charged") }
        _ = try daemon.terminate()
        outcome.note(violations, "engine stopped alone, seed \(seed)")
    }
}
