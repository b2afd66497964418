import BatchCore
import BatchTesting
import Spool
import SystemPackage

/// What lies in the queues of a root whose disk is full.
struct FullDiskScenario: Sendable {
    /// The queues, sorted.
    static let queues = ["a", "b"]

    private let files: [(queue: String, stem: String, lines: [String])]
    private let shardRecords: Int
    private let threads: Int

    /// Draws a scenario.
    init(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        shardRecords = Int.random(in: 8...40, using: &random)
        threads = Int.random(in: 1...2, using: &random)
        files = [("a", "day"), ("b", "other"), ("b", "small")].map { queue, stem in
            let count = Int.random(in: stem == "small" ? 1...3 : 40...120, using: &random)
            let lines = (1...count).map { line in
                // The first line is a record: a job without any has an exit code of its own.
                if Int.random(in: 0..<20, using: &random) == 0, line > 1 { return "{\"text\": \"torn" }
                let words = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                    String(UInt64.random(in: 0...UInt64.max, using: &random), radix: 36)
                }
                return "{\"text\": \"\(words.joined(separator: " "))\"}"
            }
            return (queue, stem, lines)
        }
    }

    /// Makes the root, as a daemon that ran before has left it.
    ///
    /// - Parameters:
    ///   - directory: Where.
    ///   - setting: What the case wants of it.
    ///   - binary: The `batchd` that runs it.
    /// - Returns: The root.
    /// - Throws: `FileSystemError`, `Errno`.
    func makeRoot(at directory: FilePath, _ setting: FullDiskCase.Setting, binary: FilePath) throws -> RealRoot {
        let yaml = """
            model: sentiment
            shard_records: \(shardRecords)
            settle_seconds: 0
            retry: { attempts: 4, base: 1ms, cap: 2ms, shard_timeout: 1m }

            """
        let root = try RealRoot(
            at: directory,
            queues: Dictionary(uniqueKeysWithValues: Self.queues.map { ($0, yaml) }),
            daemon: "threads: \(threads)\nminimum_free_bytes: \(setting.minimumFreeBytes)\nlog: { level: info }\n",
            binary: binary
        )
        for file in files {
            try root.drop(Array(file.lines.map { $0 + "\n" }.joined().utf8), as: file.stem + ".jsonl", in: file.queue)
        }
        try root.disk.writeDurably([], to: SpoolLayout.lock)
        if setting.hasBallast {
            try root.disk.writeDurably(
                [UInt8](repeating: 0, count: FullDiskCase.ballastBytes),
                to: SpoolLayout.ballast
            )
        }
        return root
    }

    /// What must be answered.
    var expectations: [InvariantChecker.Expectation] {
        files.map { .init(queue: $0.queue, stem: $0.stem, lines: 1...$0.lines.count) }
    }
}
