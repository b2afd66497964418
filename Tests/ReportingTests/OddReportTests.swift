import BatchCore
import Testing

@testable import Reporting

/// A report must never bring its daemon down: numbers that no job can have are drawn too.
@Suite struct OddReportTests {
    private static let numbers: [Double] = [
        .nan, .infinity, -.infinity, -1, 0, 1e-300, 1e300, 4e18, 0.5, 1_772_366_400,
    ]
    private static let counts = [Int.min / 1000, -1, 0, 1, 7, 1000, 1 << 40, Int.max / 100_000]

    @Test(arguments: 0..<40)
    func anyNumbersMakeAPage(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let jobs = (0..<20).map { _ in Self.job(&random) }.sorted { $0.finishedWallSeconds < $1.finishedWallSeconds }
        for job in jobs.suffix(3) {
            var report = ReportFixture.report(job, after: 0)
            report.former = FormerNights(of: jobs, before: job.finishedWallSeconds)
            report.stages.encode = Self.number(&random)
            report.stages.predict = Self.number(&random)
            report.tokens = Self.count(&random)
            report.peakRSSBytes = Self.count(&random)
            report.input.bytes = Self.count(&random)
            report.attempts = Self.count(&random)
            report.corePrice = CorePrice(perHour: Self.number(&random), currency: "EUR")
            report.throughput = Throughput(
                binSeconds: Self.number(&random),
                records: (0..<5).map { _ in Self.count(&random) }
            )
            let value = FieldSlice.Value(value: "", records: Self.count(&random), labels: ["a": Self.count(&random)])
            report.slices = [FieldSlice(field: "f", values: [value, value], other: value)]
            report.alarms = [
                ReportedAlarm(monitor: "", state: .cleared, sentence: "", sinceWallSeconds: Self.number(&random))
            ]
            expectWellFormed(JobReportPage(report).bytes)
        }
        let (first, last) = (Self.number(&random), Self.number(&random))
        let queue = QueueReport(queue: "q", sinceWallSeconds: first, untilWallSeconds: last, jobs: jobs)
        expectWellFormed(QueueReportPage(queue).bytes)
    }

    private static func number(_ random: inout SplitMix64) -> Double {
        numbers[Int(random.next() % UInt64(numbers.count))]
    }

    private static func count(_ random: inout SplitMix64) -> Int {
        counts[Int(random.next() % UInt64(counts.count))]
    }

    private static func job(_ random: inout SplitMix64) -> JobFigures {
        var job = ReportFixture.job(night: Int(random.next() % 20))
        job.cpuSeconds = number(&random)
        job.wallSeconds = number(&random)
        job.acceptedWallSeconds = number(&random)
        if random.next() % 4 == 0 { job.finishedWallSeconds = number(&random) }
        job.records.read = count(&random)
        job.records.answered = count(&random)
        job.records.failed = count(&random)
        job.records.truncated = count(&random)
        job.labels = ["a": count(&random), "b": count(&random), "": count(&random)]
        job.confidence = (0..<Int(random.next() % 22)).map { _ in count(&random) }
        job.lengths = (0..<Int(random.next() % 70)).map { _ in count(&random) }
        job.errors = ["x": count(&random)]
        return job
    }
}
