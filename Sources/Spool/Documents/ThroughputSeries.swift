/// Records finished over time, in equal bins from a job's acceptance to its end.
public struct ThroughputSeries: Sendable, Equatable, Codable {
    /// The width of a bin.
    public var binSeconds: Double
    /// Results and errors of the shards that finished in each.
    public var records: [Int]

    /// Bins of a series at most.
    public static let binsMaximum = 60

    private enum CodingKeys: String, CodingKey {
        case binSeconds = "bin_seconds"
        case records
    }

    /// Puts finished shards into bins; nil where there are none.
    ///
    /// - Parameters:
    ///   - shards: When each shard finished, in seconds since 1970, and its records.
    ///   - start: When the job was accepted.
    ///   - seconds: The time from then to its end. A clock that was set meanwhile puts shards into the outer bins.
    init?(shards: [(finished: Double, records: Int)], start: Double, seconds: Double) {
        guard !shards.isEmpty, seconds > 0 else { return nil }
        // More bins than shards would show gaps where work went on.
        let count = min(shards.count, Self.binsMaximum)
        let width = seconds / Double(count)
        var records = [Int](repeating: 0, count: count)
        for shard in shards {
            let position = max(0, min((shard.finished - start) / width, Double(count - 1)))
            records[Int(position)] += shard.records
        }
        binSeconds = Rounding.micro(max(width, 1e-6))
        self.records = records
    }
}
