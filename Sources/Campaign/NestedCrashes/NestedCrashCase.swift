import BatchCore
import Spool
import SystemPackage

/// A crash, a crash of the recovery from it, and so on, then a run to the end.
struct NestedCrashCase: Sendable {
    /// How many crashes are wanted, one in the other.
    static let depths = 2...5
    /// Calls that a run makes whatever is left to do.
    private static let callsOfStart = 20

    var seed: UInt64

    /// What came of a case.
    struct Result: Sendable {
        var words: String
        var violations: [String]
        /// How many runs crashed.
        var depth: Int
    }

    /// Tries it.
    ///
    /// - Parameters:
    ///   - trial: A root whose files have just been dropped.
    ///   - shim: The preloaded library.
    ///   - calls: How many calls an undisturbed run makes.
    /// - Returns: What came of it; nil where fewer runs than two crashed, because one got to its end before.
    /// - Throws: Where a run cannot be started.
    func run(_ trial: WorkloadTrial, _ shim: FaultShim, calls: Int) throws -> Result? {
        var random = SplitMix64(seed: seed)
        let wanted = Int.random(in: Self.depths, using: &random)
        var crashes: [String] = []
        var violations: [String] = []
        var callsLeft = calls
        for depth in 1...wanted {
            let call = Int.random(in: 1...callsLeft, using: &random)
            callsLeft = max(callsLeft - call, 0) + Self.callsOfStart
            let deed = Self.deeds.randomElement(using: &random) ?? Self.deeds[0]
            let armed = try shim.arm(root: trial.root.directory, deed: deed, at: call)
            let end = try trial.run(armed)
            violations += trial.violationsAtAnyInstant()
            guard let struck = try armed.struck() else { break }
            crashes.append("\(deed) at call \(call), \(struck)")
            if end.end != .ended(.signaled(9)) { violations.append("run \(depth) ends with \(end.end): \(end.words)") }
        }
        guard crashes.count > 1 || !violations.isEmpty else { return nil }
        violations += try trial.runUndisturbed()
        violations += trial.violationsWhenIdle()
        return Result(words: crashes.joined(separator: "; then "), violations: violations, depth: crashes.count)
    }

    private static let deeds = [
        FaultDeed(.kill, killsGroup: true), FaultDeed(.killAfter, killsGroup: true), FaultDeed(.torn, killsGroup: true),
    ]
}
