import BatchCore
import Glibc
import Spool
import SystemPackage

/// Several daemons are started on one root at the same moment, and the lock file is taken away under one that runs.
struct StartTogether {
    let place: TimedRoot
    let seed: Int

    /// Starts two or five at once, again and again: one stays, the others exit 75.
    func race(rounds: Int, _ outcome: inout SeedOutcome) throws {
        var random = SplitMix64(seed: UInt64(seed))
        for round in 0..<rounds {
            let key = "race-\(round)"
            let wanted = try place.drop(key, records: 1 + Int(random.next() % 5), seed: round)
            let count = random.next() % 2 == 0 ? 2 : 5
            let start = SystemTimeSource().monotonicSeconds
            let daemons = try (0..<count).map { _ in try place.start() }
            let (left, wrong) = try settle(daemons)
            let seconds = SystemTimeSource().monotonicSeconds - start
            outcome.figures["seconds_to_refuse_maximum"] = max(
                outcome.figures["seconds_to_refuse_maximum"] ?? 0,
                seconds
            )
            var violations = wrong
            if let active = left.first, left.count == 1 {
                _ = try place.wait(for: active) { place.isPublished(key) }
                violations += try place.violations(of: key, wanted: wanted)
                let end = try active.terminate()
                if end != .ended(.exited(0)) { violations.append("SIGTERM ended it with \(end)") }
            }
            outcome.note(violations, "\(count) daemons at once, seed \(seed), round \(round)")
        }
    }

    /// Waits until one is left.
    private func settle(_ daemons: [DaemonProcess]) throws -> (left: [DaemonProcess], violations: [String]) {
        let end = SystemTimeSource().monotonicSeconds + TimedRoot.patienceSeconds
        var left = daemons
        var violations: [String] = []
        while left.count > 1, SystemTimeSource().monotonicSeconds < end {
            var running: [DaemonProcess] = []
            for daemon in left {
                switch try daemon.process.wait(timeoutMilliseconds: 2) {
                case .timedOut: running.append(daemon)
                case .ended(.exited(75)): break
                case let event: violations.append("a daemon ended with \(event) instead of 75")
                }
            }
            left = running
        }
        if left.count != 1 { violations.append("\(left.count) of \(daemons.count) daemons are active") }
        return (left, violations)
    }

    /// Removes or replaces the lock file under a daemon, and starts another.
    func removeLock(isReplaced: Bool, _ outcome: inout SeedOutcome) throws {
        let key = "lock-\(isReplaced)"
        let wanted = try place.drop(key, records: 10, seed: seed)
        let first = try place.start()
        _ = try place.wait(for: first) { place.isPublished(key) }
        let lock = place.root.directory.appending(InstanceLock.fileName)
        unlink(lock.string)
        if isReplaced { try place.root.disk.writeDurably([], to: FilePath(InstanceLock.fileName.string)) }
        var violations = try place.violations(of: key, wanted: wanted)
        if try !InstanceLock.isHeld(root: place.root.directory) { violations.append("the root looks as if none ran") }
        let second = try place.start()
        let event = try second.process.wait(timeoutMilliseconds: Int(TimedRoot.patienceSeconds) * 1000 / 4)
        if event != .ended(.exited(75)) { violations.append("a second daemon: \(event) instead of exit 75") }
        if !first.isRunning { violations.append("the first daemon ended") }
        if second.isRunning { _ = try second.terminate() }
        _ = try first.terminate()
        outcome.note(violations, "lock file \(isReplaced ? "replaced" : "removed"), seed \(seed)")
    }
}
