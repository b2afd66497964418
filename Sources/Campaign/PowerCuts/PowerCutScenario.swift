import BatchCore
import BatchTesting
import JSONLines

/// What the machine does whose power is cut: the queues, what lies in them, and what is submitted meanwhile.
struct PowerCutScenario: Sendable {
    /// A file, or a directory of parts, that ETL has dropped.
    struct Drop: Sendable {
        var queue: String
        var stem: String
        /// Path below `incoming/` and content; `_SUCCESS` last.
        var files: [(path: String, bytes: [UInt8])]
        var lines: Int
    }

    /// The queues, sorted.
    static let queues = ["a", "b"]
    /// The key of the job that is submitted.
    static let submitted = "late"

    /// `queue.yaml` by queue.
    let configurations: [String: String]
    /// `batchd.yaml`.
    let daemon: String
    /// What lies in `incoming/` when the machine starts.
    let drops: [Drop]
    /// The content of the file that `batchd submit` drops, and how many lines it has; none where nothing is submitted.
    let submission: (bytes: [UInt8], lines: Int)?
    /// Whether an analyst takes every result away as soon as it can be seen.
    let collects: Bool

    /// Draws a scenario.
    init(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        var yaml: [String: String] = [:]
        for queue in Self.queues {
            let records = Int.random(in: 2...6, using: &random)
            yaml[queue] = """
                model: sentiment
                shard_records: \(records)
                settle_seconds: 0
                retry: { attempts: 4, base: 1ms, cap: 2ms, shard_timeout: 1m }

                """
        }
        configurations = yaml
        let threads = Int.random(in: 1...2, using: &random)
        daemon = "threads: \(threads)\nminimum_free_bytes: 0\nlog: { level: info, format: json }\n"
        var drops = [try Self.compressedFile(&random), Self.plainFile(&random)]
        if Bool.random(using: &random) { drops.append(Self.directory(&random)) }
        self.drops = drops
        collects = Bool.random(using: &random)
        let count = Int.random(in: 1...5, using: &random)
        submission = Bool.random(using: &random) ? (Self.text(count, "submitted", &random), count) : nil
    }

    private static func compressedFile(_ random: inout SplitMix64) throws -> Drop {
        let count = Int.random(in: 6...18, using: &random)
        let bytes = text(count, "day", &random)
        let cut = bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        var compressed: [UInt8] = []
        let encoder = try ZstdEncoder()
        for frame in [Array(bytes[..<cut]), Array(bytes[cut...])] {
            try encoder.appendFrame(of: frame.span.bytes, to: &compressed)
        }
        return Drop(queue: "a", stem: "day", files: [("day.jsonl.zst", compressed)], lines: count)
    }

    private static func plainFile(_ random: inout SplitMix64) -> Drop {
        let count = Int.random(in: 1...8, using: &random)
        return Drop(queue: "b", stem: "other", files: [("other.jsonl", text(count, "other", &random))], lines: count)
    }

    private static func directory(_ random: inout SplitMix64) -> Drop {
        let counts = (0..<2).map { _ in Int.random(in: 1...4, using: &random) }
        let parts = counts.enumerated().map { index, count in
            ("parts/part-\(index).jsonl", text(count, "part \(index)", &random))
        }
        return Drop(queue: "b", stem: "parts", files: parts + [("parts/_SUCCESS", [])], lines: counts.reduce(0, +))
    }

    /// Lines of which a few are no records; the first is one, as a job without any has an exit code of its own.
    private static func text(_ count: Int, _ word: String, _ random: inout SplitMix64) -> [UInt8] {
        let lines = (1...count).map { line in
            switch Int.random(in: 0..<16, using: &random) {
            case 0 where line > 1: "{\"text\": \"torn"
            case 1 where line > 1: "{\"other\": \"\(word)\"}"
            default: "{\"text\": \"\(word) \(line)\"}"
            }
        }
        return Array(lines.map { $0 + "\n" }.joined().utf8)
    }

    /// What must be answered.
    ///
    /// - Parameter submitted: Whether the submitted file is to be there too.
    /// - Returns: Each file with its lines.
    func expectations(submitted: Bool) -> [InvariantChecker.Expectation] {
        var all = drops.map { InvariantChecker.Expectation(queue: $0.queue, stem: $0.stem, lines: 1...$0.lines) }
        if submitted, let submission {
            all.append(.init(queue: "b", stem: Self.submitted, lines: 1...submission.lines))
        }
        return all
    }
}
