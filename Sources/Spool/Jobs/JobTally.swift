import BatchCore

/// The sum of a job's shard summaries.
struct JobTally {
    private(set) var records = RecordCounts()
    private(set) var errorCodes: [String: Int] = [:]
    private(set) var labels: [String: Int] = [:]
    private(set) var confidence = [Int](repeating: 0, count: ShardSummary.confidenceBins)
    private(set) var tokens = 0
    private(set) var batches = 0
    private(set) var batchBudgetTokens = 0
    /// Results by the tokens of their input; nil where a shard's file does not say.
    private(set) var lengths: [Int]? = [Int](repeating: 0, count: TokenLengths.bins)
    /// The first records of each error code, in the order of the input.
    private(set) var failureSamples: [FailureSample] = []
    private var sampleCounts: [String: Int] = [:]
    private var finishedShards: [(finished: Double, records: Int)]? = []
    private var stages = StageSeconds()
    private var tables: [SliceTable] = []

    /// Results by the fields that monitors group by; nil where they group by none.
    var slices: [SliceTable]? {
        if tables.isEmpty { return nil }
        return tables.map { table in
            var table = table
            table.cut()
            return table
        }
    }

    mutating func add(_ shard: ShardSummary) {
        records.read += shard.records
        records.answered += shard.results
        records.failed += shard.errors
        records.truncated += shard.truncated
        records.windowed += shard.windowed ?? 0
        records.deduplicated += shard.deduplicated ?? 0
        records.cached += shard.cached ?? 0
        errorCodes.merge(shard.errorCodes) { $0 + $1 }
        labels.merge(shard.labels) { $0 + $1 }
        for (bin, count) in shard.confidence.enumerated() where bin < confidence.count {
            confidence[bin] += count
        }
        // Shards come in the order of the job, so that full tables are cut at the same place whoever was done first.
        for table in shard.slices ?? [] {
            if let index = tables.firstIndex(where: { $0.field == table.field }) {
                tables[index].add(table)
            } else {
                tables.append(table)
            }
        }
        tokens += shard.tokens
        batches += shard.batches
        batchBudgetTokens = max(batchBudgetTokens, shard.batchBudgetTokens)
        stages.add(shard.seconds)
        addLengths(of: shard)
        for sample in shard.failureSamples ?? []
        where sampleCounts[sample.code, default: 0] < FailureSample.samplesMaximum {
            sampleCounts[sample.code, default: 0] += 1
            failureSamples.append(sample)
        }
        if let finished = shard.finishedWallSeconds {
            finishedShards?.append((finished, shard.records))
        } else {
            finishedShards = nil
        }
    }

    /// A part of the lengths would pass for all of them.
    private mutating func addLengths(of shard: ShardSummary) {
        guard let added = shard.lengths, added.count == TokenLengths.bins, var sum = lengths else {
            return lengths = nil
        }
        for (bin, count) in added.enumerated() { sum[bin] += count }
        lengths = sum
    }

    /// When records were finished; nil where a shard's file does not say.
    func throughput(start: Double, seconds: Double) -> ThroughputSeries? {
        finishedShards.flatMap { ThroughputSeries(shards: $0, start: start, seconds: seconds) }
    }

    /// Whether the records alone make the job a failure.
    func failure(errorThreshold: Int?) -> JobFailure? {
        if records.read > 0 && records.answered == 0 {
            let worst = errorCodes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "unknown"
            return JobFailure(
                code: "every_record_failed",
                message: "None of the \(records.read) records has a result (most often: \(worst)\(first(of: worst))); "
                    + "see \(PublishedName.errors), mend the input and drop it again."
            )
        }
        if let errorThreshold, records.failed > errorThreshold {
            return JobFailure(
                code: "too_many_errors",
                message: "\(records.failed) records failed, error_threshold is \(errorThreshold); "
                    + "see \(PublishedName.errors), mend the records and drop them again."
            )
        }
        return nil
    }

    /// Where the first record with an error is, and what is wrong with it.
    private func first(of code: String) -> String {
        guard let sample = failureSamples.first(where: { $0.code == code }) else { return "" }
        let message = sample.message.hasSuffix(".") ? String(sample.message.dropLast()) : sample.message
        return ", first in line \(sample.line): \(message)"
    }

    func seconds(wall: Double) -> JobSeconds {
        JobSeconds(
            read: Rounding.micro(stages.read),
            scan: Rounding.micro(stages.scan),
            encode: Rounding.micro(stages.encode),
            predict: Rounding.micro(stages.predict),
            write: Rounding.micro(stages.write),
            cpu: Rounding.micro(stages.total),
            wall: Rounding.micro(wall)
        )
    }
}

/// Numbers as documents show them.
enum Rounding {
    /// Rounds to six decimals.
    static func micro(_ value: Double) -> Double {
        (value * 1_000_000).rounded() / 1_000_000
    }
}
