import BatchCore
import FoundationEssentials
import Glibc
import Spool
import SystemPackage

/// A sender who swaps as fast as the disk lets him, while the real daemon runs and is not waited for.
enum LiveSwaps {
    /// After SIGTERM the daemon has this long, in milliseconds; one that blocks would need for ever.
    private static let endMillisecondsMaximum = 60_000

    static func run(_ seed: Int, _ context: CampaignContext) throws -> SeedOutcome {
        var random = SplitMix64(seed: UInt64(seed))
        let scene = try SwapScene(in: context.scratch, binary: context.binary)
        defer { scene.remove() }
        let log = scene.outside.directory.removingLastComponent().appending("log")
        let error = try FileDescriptor.open(log, .writeOnly, options: [.create], permissions: [.ownerReadWrite])
        defer { try? error.close() }
        let daemon = try ChildProcess(
            ChildCommand(
                executable: context.binary,
                arguments: ["run", "--root", scene.root.directory.string],
                environment: ProcessInfo.processInfo.environment.merging(["BATCHD_TEST_MODELS": "1"]) { $1 },
                descriptors: [2: error]
            )
        )
        let entries = HostileEntry.possible
        for _ in 0..<(context.isCut ? 500 : 10_000) {
            let target = SwapScene.Target.allCases.randomElement(using: &random) ?? .file
            let isWhole = random.next() % 3 == 0
            try scene.swap(target, for: isWhole ? .file : entries.randomElement(using: &random) ?? .fifo)
        }
        try scene.takeBack()
        daemon.send(SIGTERM)
        var found: [String] = []
        let event = try daemon.wait(timeoutMilliseconds: endMillisecondsMaximum)
        if event != .ended(.exited(0)) { found.append("the daemon ended \(event)") }
        if event == .timedOut { daemon.kill() }
        let last = try scene.root.runToEnd()
        if ![.ended(.exited(0)), .ended(.exited(65))].contains(last) { found.append("the last run ended \(last)") }
        let words = String(decoding: try UnixFile.content(of: log), as: UTF8.self)
        if !words.isEmpty { found.append("the daemon said: \(words.prefix(500))") }
        found += scene.violations()
        var outcome = SeedOutcome()
        outcome.note(found, "swaps of seed \(seed) beside a daemon")
        for _ in 1..<scene.swaps { outcome.note([], "") }
        let jobs = try scene.root.disk.entries(of: QueueLayout(queue: SwapScene.queue).done, maximum: .max).count
        outcome.figures["jobs"] = Double(jobs)
        return outcome
    }
}
