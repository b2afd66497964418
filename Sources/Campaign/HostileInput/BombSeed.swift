import BatchTesting
import Glibc
import Spool
import SystemPackage

/// Drops every bomb into a root of the real binary and looks at what came of each, and at the engine's memory.
enum BombSeed {
    /// The engine's resident memory may grow to this, in bytes.
    static let residentBytesMaximum = 256 << 20

    static func run(_ context: CampaignContext) throws -> SeedOutcome {
        let common = "model: testing/marked\nsettle_seconds: 0\n"
        let limits = "limits: { ratio: 1000000, decoded_bytes: 3GiB, compressed_bytes: 16MiB }\n"
        let root = try RealRoot(
            at: context.scratch.appending("bombs"),
            queues: ["tight": common, "loose": common + limits, "other": common],
            binary: context.binary
        )
        defer { root.remove() }
        let bombs = try Bomb.all(isCut: context.isCut)
        for bomb in bombs {
            let name = bomb.name + (bomb.sparseBytes == nil ? ".jsonl.zst" : ".jsonl")
            try root.drop(bomb.bytes, as: name, in: bomb.queue)
            guard let size = bomb.sparseBytes else { continue }
            let path = root.directory.appending(QueueLayout(queue: bomb.queue).incoming.appending(name).components)
            try UnixFile.check(path.withPlatformString { truncate($0, size) })
        }
        try root.drop(["whole"], as: "whole.jsonl", in: "other")
        var outcome = SeedOutcome()
        let child = try root.start()
        let event = try child.wait(timeoutMilliseconds: 120_000)
        if event == .timedOut { child.kill() }
        var violations = root.checker.violationsAtAnyInstant()
        if event != .ended(.exited(65)) { violations.append("the run ended \(event), not with 65") }
        var peakBytes = 0
        for bomb in bombs {
            let (found, bytes) = judge(bomb, root)
            peakBytes = max(peakBytes, bytes)
            outcome.note(found, "bomb \(bomb.name)")
        }
        outcome.figures["peak_rss_bytes"] = Double(peakBytes)
        if peakBytes > residentBytesMaximum { violations.append("the engine took \(peakBytes) bytes") }
        let whole = InvariantChecker.Expectation(queue: "other", stem: "whole", lines: 1...1)
        violations += InvariantChecker(disk: root.disk, queues: ["other"]).violationsWhenIdle(expected: [whole])
        outcome.note(violations, "all bombs together")
        return outcome
    }

    private static func judge(_ bomb: Bomb, _ root: RealRoot) -> (violations: [String], peakBytes: Int) {
        do {
            let job = try root.job(bomb.name, in: bomb.queue)
            let metrics = try DocumentCoding.decode(JobMetrics.self, from: job.files[PublishedName.metrics] ?? [])
            let code = metrics.failure?.code ?? ""
            guard bomb.ends.contains(code) else {
                return (["it ended with '\(code)', not with one of \(bomb.ends.sorted())"], metrics.peakRSSBytes)
            }
            return ([], metrics.peakRSSBytes)
        } catch {
            return (["nothing was published that can be read: \(error)"], 0)
        }
    }
}
