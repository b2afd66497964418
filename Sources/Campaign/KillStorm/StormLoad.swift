import BatchCore
import Glibc

/// The job files of one storm, of many sizes, and what each must have answered.
struct StormLoad {
    /// One job file.
    struct File {
        var queue: String
        var key: String
        var isCompressed: Bool
        var records: Int
        var job: Int

        var name: String { key + (isCompressed ? ".jsonl.zst" : ".jsonl") }
    }

    /// Large and small shards, so that kills meet both.
    static let queues = [
        "auto": configuration(shardRecords: "auto"),
        "small": configuration(shardRecords: "512"),
    ]

    private static func configuration(shardRecords: String) -> String {
        """
        model: sentiment
        shard_records: \(shardRecords)
        settle_seconds: 0
        retry: { attempts: 1000, base: 1ms, cap: 5ms, shard_timeout: 1m }
        """
    }

    let seed: UInt64
    private(set) var files: [File] = []

    /// Divides records among files whose sizes differ by orders of magnitude.
    init(seed: UInt64, records: Int, largest: Int) {
        self.seed = seed
        var random = SplitMix64(seed: seed)
        var left = records
        while left > 0 {
            let unit = Double(random.next() >> 11) / Double(1 << 53)
            let size = min(max(Int(exp(unit * log(Double(largest)))), 1), left)
            let queue = random.next() % 3 == 0 ? "auto" : "small"
            files.append(
                File(
                    queue: queue,
                    key: "job-\(files.count)",
                    isCompressed: random.next() % 2 == 0,
                    records: size,
                    job: files.count
                )
            )
            left -= size
        }
    }

    /// The bytes of a file, the same each time, and the records that they hold.
    func content(of file: File) throws -> (bytes: [UInt8], digest: AnswerDigest) {
        var records = IdentifiedRecords(seed: seed &* 1_000_003 &+ UInt64(file.job))
        return try records.file(job: file.job, count: file.records, isCompressed: file.isCompressed)
    }
}
