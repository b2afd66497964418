import BatchCore
import Spool
import Synchronization
import SystemPackage

/// Swaps at every call of a keeper's life, and at many calls chosen by a seed.
enum SwapSeeds {
    /// Before every call in turn, for as long as the target is looked at: it is swapped for each entry in turn, and
    /// back one or two calls later.
    static func everyCall(_ target: SwapScene.Target, _ context: CampaignContext) throws -> SeedOutcome {
        var outcome = SeedOutcome()
        let calls = try countCalls(until: target, context)
        outcome.figures["calls"] = Double(calls)
        let entries = context.isCut ? [.linkToSecret, .fifo] : HostileEntry.possible
        for (index, entry) in entries.enumerated() {
            for call in stride(from: 1, through: calls, by: context.isCut ? calls / 2 : 1) {
                let pause = 1 + (call + index) % 2
                let plan = [call: (target, entry), call + pause: (target, HostileEntry.file)]
                try live(plan, context, &outcome) {
                    "\(target) swapped for \(entry) before call \(call) and back \(pause) later"
                }
            }
        }
        return outcome
    }

    /// Lives in which the sender swaps something before every other call or so.
    static func storm(_ seed: Int, _ context: CampaignContext) throws -> SeedOutcome {
        var outcome = SeedOutcome()
        var random = SplitMix64(seed: UInt64(seed))
        for life in 0..<(context.isCut ? 2 : 150) {
            var plan: [Int: (SwapScene.Target, HostileEntry)] = [:]
            for call in 1...200 where random.next() % 2 == 0 {
                let target = SwapScene.Target.allCases.randomElement(using: &random) ?? .file
                let isWhole = random.next() % 3 == 0
                plan[call] = (target, isWhole ? .file : HostileEntry.possible.randomElement(using: &random) ?? .fifo)
            }
            try live(plan, context, &outcome) { "storm \(life) of seed \(seed)" }
        }
        return outcome
    }

    /// How many calls a keeper makes until it looks at a target for the last time.
    private static func countCalls(until target: SwapScene.Target, _ context: CampaignContext) throws -> Int {
        let counts = Mutex((all: 0, last: 0))
        let scene = try SwapScene(in: context.scratch, binary: context.binary)
        defer { scene.remove() }
        let violations = try scene.live { _, path in
            counts.withLock {
                $0.all += 1
                if path.string.contains("/" + target.rawValue) { $0.last = $0.all }
            }
        }
        guard violations.isEmpty else { throw CampaignError("without any swap: \(violations)") }
        return counts.withLock { $0.last }
    }

    private static func live(
        _ plan: [Int: (SwapScene.Target, HostileEntry)],
        _ context: CampaignContext,
        _ outcome: inout SeedOutcome,
        words: () -> String
    ) throws {
        let scene = try SwapScene(in: context.scratch, binary: context.binary)
        defer { scene.remove() }
        let sender = Sender(scene: scene, plan: plan)
        let violations = try scene.live { operation, path in sender.turn(operation, path) }
        outcome.note(violations, "\(words())\(violations.isEmpty ? "" : ": \(sender.words)")")
        for _ in 1..<max(scene.swaps, 1) { outcome.note([], "") }
        outcome.figures["lives", default: 0] += 1
    }
}

/// Swaps what its plan says, before the calls that it names. One keeper calls it, from one thread.
private final class Sender: @unchecked Sendable {
    // Sendable: the keeper of `SpoolHarness` makes all its calls on the thread that runs the seed.
    private let scene: SwapScene
    private let plan: [Int: (SwapScene.Target, HostileEntry)]
    private var calls = 0
    private var done: [String] = []

    init(scene: SwapScene, plan: [Int: (SwapScene.Target, HostileEntry)]) {
        self.scene = scene
        self.plan = plan
    }

    var words: String { done.suffix(3).joined(separator: ", ") }

    func turn(_ operation: String, _ path: FilePath) {
        calls += 1
        guard let (target, entry) = plan[calls] else { return }
        do {
            try scene.swap(target, for: entry)
            done.append("\(target) for \(entry) before \(operation) of '\(path)'")
        } catch {
            done.append("\(target) for \(entry) failed: \(error)")
        }
    }
}
