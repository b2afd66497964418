import BatchCore

@testable import Reporting

/// Jobs and reports for tests: nights of a sentiment queue.
enum ReportFixture {
    /// Noon of 1 March 2026, in seconds since 1970.
    static let firstNoon = 1_772_366_400.0

    /// The figures of a job that finished at 03:00 of a night.
    ///
    /// - Parameters:
    ///   - night: The night's number, from 0.
    ///   - records: Records with a result.
    ///   - negative: The share of the label `negative`; two thirds of the others are positive.
    ///   - failed: Records without a result.
    /// - Returns: The figures.
    static func job(night: Int, records: Int = 10_000, negative: Double = 0.2, failed: Int = 10) -> JobFigures {
        var counts = RecordFigures()
        counts.read = records + failed
        counts.answered = records
        counts.failed = failed
        let negatives = Int(Double(records) * negative)
        let positives = (records - negatives) * 2 / 3
        var confidence = [Int](repeating: 0, count: 20)
        confidence[9] = records / 20
        confidence[17] = records / 4
        confidence[19] = records - confidence[9] - confidence[17]
        let finished = firstNoon + Double(night) * 86_400 + 15 * 3600
        return JobFigures(
            key: "headlines-\(night)",
            hasSucceeded: true,
            acceptedWallSeconds: finished - 60,
            finishedWallSeconds: finished,
            records: counts,
            labels: [
                "negative": negatives, "positive": positives, "neutral": records - negatives - positives,
            ],
            confidence: confidence,
            lengths: [0, 0, 0, records / 4, records / 2, records - records / 4 - records / 2],
            errors: failed > 0 ? ["missing_field": failed] : [:],
            cpuSeconds: Double(records) / 20_000,
            wallSeconds: 60,
            model: ModelIdentity(
                name: "sentiment",
                version: 1,
                weightsSHA256: String(repeating: "a", count: 64),
                precision: "int8"
            ),
            isa: "avx512vnni",
            build: "batchd 0.1.0"
        )
    }

    /// Jobs of so many nights, whose shares differ a little.
    static func nights(_ count: Int) -> [JobFigures] {
        (0..<count).map { night in
            job(night: night, records: 10_000 + 37 * (night % 5), negative: 0.2 + 0.002 * Double(night % 4))
        }
    }

    /// A report on a job after so many nights.
    static func report(_ figures: JobFigures, after nights: Int) -> JobReport {
        var stages = StageSeconds()
        stages.read = 0.05
        stages.scan = 0.05
        stages.encode = 0.2
        stages.predict = 0.15
        stages.write = 0.05
        var report = JobReport(
            queue: "news",
            source: "\(figures.key).jsonl.zst",
            figures: figures,
            stages: stages,
            tokens: 123_456,
            peakRSSBytes: 123 << 20,
            input: ReportedInput(
                bytes: 1_234_567,
                decodedBytes: 4_567_890,
                sha256: String(repeating: "0", count: 64),
                integrity: "every zstd frame carries a checksum"
            ),
            attempts: 0
        )
        report.former = FormerNights(of: Self.nights(nights), before: figures.finishedWallSeconds)
        report.throughput = Throughput(binSeconds: 1, records: (0..<60).map { 100 + 10 * ($0 % 7) })
        return report
    }
}
