import BatchCore
import BatchTesting
import Crypto
import JSONLines
import Spool
import SystemPackage

/// What is dropped in a night, and how it is run: two queues and three jobs, chosen by a seed.
struct Workload: Sendable {
    /// A dropped file.
    struct Dropped: Sendable {
        var queue: String
        var stem: String
        var ending: String
        var lines: [String]
        /// The lines that cannot be answered, from 1.
        var bad: Set<Int>
        var hasManifest = false
    }

    /// How results are collected.
    private(set) var manner: OutboxCollector.Manner
    /// The queues from which they are.
    private(set) var collectedQueues: [String]
    private(set) var dropped: [Dropped]
    private let shardRecords: Int
    private let threads: Int
    private let hasBallast: Bool

    static let queues = ["alpha", "beta"]

    /// Chooses everything by a seed.
    init(seed: Int) {
        var random = SplitMix64(seed: UInt64(bitPattern: Int64(seed)))
        shardRecords = Int.random(in: 2...5, using: &random)
        threads = Int.random(in: 1...2, using: &random)
        // Laying it down is eight megabytes of writing: every seventh seed is enough.
        hasBallast = seed % 7 != 0
        manner = OutboxCollector.Manner.allCases[seed % 4]
        collectedQueues = seed % 3 == 0 ? [Self.queues[seed / 3 % 2]] : Self.queues
        let compressed = Self.compressedJob(shardRecords: shardRecords, dies: seed % 3 == 0, &random)
        let plain = Dropped(
            queue: "alpha",
            stem: "plain",
            ending: ".jsonl",
            lines: Self.texts(Int.random(in: 1...9, using: &random)),
            bad: [],
            hasManifest: true
        )
        var other = Dropped(
            queue: "beta",
            stem: "other",
            ending: Bool.random(using: &random) ? ".ndjson.zst" : ".jsonl",
            lines: Self.texts(Int.random(in: 2...6, using: &random)),
            bad: []
        )
        if Bool.random(using: &random) {
            other.lines[0] = "{\"text\": 7}"
            other.bad = [1]
        }
        dropped = [compressed, plain, other].shuffled(using: &random)
    }

    /// Several shards, some bad lines, and one record that the model fails on or dies of.
    private static func compressedJob(shardRecords: Int, dies: Bool, _ random: inout SplitMix64) -> Dropped {
        var lines = texts(Int.random(in: (2 * shardRecords + 1)...(4 * shardRecords), using: &random))
        let places = lines.indices.shuffled(using: &random)
        let mark: MarkedTextModel.Mark = dies ? .trapping : .throwing
        lines[places[0]] = "{\"text\": \"poison \(mark.rawValue)\"}"
        let wrong = ["{\"text\"", "[1]", "{\"title\": \"no text\"}"]
        let count = Int.random(in: 1...3, using: &random)
        for index in 0..<count { lines[places[index + 1]] = wrong[index] }
        let bad = Set(places[...count].map { $0 + 1 })
        return Dropped(queue: "alpha", stem: "shards", ending: ".jsonl.zst", lines: lines, bad: bad)
    }

    private static func texts(_ count: Int) -> [String] {
        (1...count).map { "{\"text\": \"text \($0)\", \"id\": \"r\($0)\"}" }
    }

    /// Makes a root and drops everything into it.
    ///
    /// - Parameters:
    ///   - directory: Where; its parent exists.
    ///   - binary: The `batchd` that runs it.
    /// - Returns: The root.
    /// - Throws: `FileSystemError` or `Errno`.
    func makeRoot(at directory: FilePath, binary: FilePath) throws -> RealRoot {
        let configuration = """
            model: testing/marked
            shard_records: \(shardRecords)
            settle_seconds: 0
            retry: { attempts: 20, base: 1ms, cap: 2ms, shard_timeout: 1m }

            """
        let root = try RealRoot(
            at: directory,
            queues: Dictionary(uniqueKeysWithValues: Self.queues.map { ($0, configuration) }),
            daemon: "threads: \(threads)\nlog: { level: critical }\n",
            binary: binary
        )
        if hasBallast { try root.disk.writeSynced([], to: SpoolLayout.ballast) }
        for file in dropped { try drop(file, into: root) }
        return root
    }

    private func drop(_ file: Dropped, into root: RealRoot) throws {
        let text = Array(file.lines.map { $0 + "\n" }.joined().utf8)
        var bytes = text
        if file.ending.hasSuffix(".zst") {
            bytes = []
            try ZstdEncoder(level: 1).appendFrame(of: text.span.bytes, to: &bytes)
        }
        try root.drop(bytes, as: file.stem + file.ending, in: file.queue)
        guard file.hasManifest else { return }
        let digest = SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let manifest = "{\"bytes\": \(bytes.count), \"sha256\": \"\(digest)\", \"records\": \(file.lines.count)}"
        try root.drop(Array(manifest.utf8), as: file.stem + ".manifest.json", in: file.queue)
    }

    /// What is wrong once everything should have been answered.
    ///
    /// - Parameters:
    ///   - root: The root.
    ///   - published: Every job that was ever visible.
    ///   - queues: The queues to look at.
    ///   - undisturbed: What a run without a fault published, whose results must be the same bytes.
    /// - Returns: One sentence each, with the invariant's number.
    func violationsWhenIdle(
        of root: RealRoot,
        published: [JobName: PublishedJob],
        queues: [String] = Workload.queues,
        like undisturbed: [JobName: PublishedJob] = [:]
    ) -> [String] {
        let files = dropped.filter { queues.contains($0.queue) }
        let jobs = published.filter { queues.contains($0.key.queue) }
        var found = InvariantChecker(disk: root.disk, queues: queues).violationsWhenIdle(
            expected: files.map { .init(queue: $0.queue, stem: $0.stem, lines: 1...$0.lines.count) },
            published: jobs
        )
        for file in files {
            let name = JobName(queue: file.queue, key: file.stem)
            guard let job = jobs[name] else { continue }
            let errors = try? job.errorCodes()
            if errors.map({ Set($0.keys) }) != file.bad {
                found.append("I1 the errors of \(name) are \(errors ?? [:])")
            }
            guard let model = undisturbed[name] else { continue }
            if job.files[PublishedName.results] != model.files[PublishedName.results] {
                found.append("the results of \(name) are not those of an undisturbed run")
            }
            if let codes = try? model.errorCodes(), codes != errors {
                found.append("the errors of \(name) are \(errors ?? [:]), undisturbed they are \(codes)")
            }
        }
        return found
    }
}
