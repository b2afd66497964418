import BatchCore
import Testing

@testable import Reporting

/// Nights in which nothing happens but chance and habit: the first line of their reports must seldom say otherwise.
@Suite struct SteadyNightsTests {
    /// What a queue does every night.
    enum Habit: String, CaseIterable {
        case oneFile
        case noisyVolume
        case smallWeekends
        case noWeekends
        case emptyWeekends
        case hourlyFiles
        case mendedErrors
        case twoFilesInAnyOrder
        case probesNowAndThen
    }

    /// Of a hundred nights after the first two weeks, hardly one may have a finding.
    @Test(arguments: Habit.allCases)
    func steadyNightsSeldomStandOut(habit: Habit) {
        var random = SplitMix64(seed: 11)
        var jobs: [JobFigures] = []
        var standing = 0
        for night in 0..<114 {
            for (index, job) in Self.jobs(of: habit, night: night, &random).enumerated() {
                // Of a night's many files some are enough; a probe is unusual indeed.
                if night >= 14, index % 12 == 0, job.records.read != 1 {
                    let report = Self.report(on: job, after: jobs)
                    if !JobJudge(report: report, comparison: Comparison(of: report)).findings.isEmpty { standing += 1 }
                }
                jobs.append(job)
            }
        }
        // Each weekend is held against four others only, of 200 records each.
        #expect(standing <= (habit == .smallWeekends ? 8 : 1))
    }

    private static func report(on job: JobFigures, after jobs: [JobFigures]) -> JobReport {
        var report = ReportFixture.report(job, after: 0)
        report.former = FormerNights(of: jobs.suffix(512), before: job.finishedWallSeconds)
        let night = Night.number(ofWallSeconds: job.finishedWallSeconds)
        report.largestOfNight =
            jobs.reversed().prefix { Night.number(ofWallSeconds: $0.finishedWallSeconds) == night }
            .map(\.records.read).max() ?? 0
        return report
    }

    private static func jobs(of habit: Habit, night: Int, _ random: inout SplitMix64) -> [JobFigures] {
        let isWeekend = night % 7 > 4
        switch habit {
        case .oneFile:
            return [job(night, 0, 2850...3150, &random)]
        case .noisyVolume:
            return [job(night, 0, 2200...4200, &random)]
        case .smallWeekends:
            return [job(night, 0, isWeekend ? 180...220 : 2850...3150, negative: isWeekend ? 0.4 : 0.2, &random)]
        case .noWeekends:
            return isWeekend ? [] : [job(night, 0, 2850...3150, &random)]
        case .emptyWeekends:
            return [job(night, 0, isWeekend ? 0...0 : 2850...3150, &random)]
        case .hourlyFiles:
            return (0..<24).map { hour in
                let size = 200 + 300 * min(hour, 23 - hour)
                return job(night, Double(hour) / 24, size * 8 / 10...size * 12 / 10, &random)
            }
        case .mendedErrors:
            return [job(night, 0, 2850...3150, &random), job(night, 0.1, 2...20, &random)]
        case .twoFilesInAnyOrder:
            let isSwapped = random.next() % 2 == 0
            return [false, true].map { isLater in
                let isSmall = isLater != isSwapped
                return job(night, isLater ? 0.1 : 0, isSmall ? 90...110 : 2850...3150, &random)
            }
        case .probesNowAndThen:
            let probe = random.next() % 20 == 0 ? [job(night, 0, 1...1, negative: 1, &random)] : []
            return probe + [job(night, 0.1, 2850...3150, &random)]
        }
    }

    /// A job whose records and labels are drawn, at a part of its night.
    private static func job(
        _ night: Int,
        _ part: Double,
        _ sizes: ClosedRange<Int>,
        negative: Double = 0.2,
        _ random: inout SplitMix64
    ) -> JobFigures {
        let records = Int.random(in: sizes, using: &random)
        // The sum of twelve draws is all but normal.
        let deviations = (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
        let error = (negative * (1 - negative) / Double(max(records, 1))).squareRoot()
        let share = min(max(negative + deviations * error, 0), 1)
        var job = ReportFixture.job(night: night, records: records, negative: share, failed: 0)
        job.finishedWallSeconds = ReportFixture.firstNoon + (Double(night) + 0.02 + 0.95 * part) * 86_400
        return job
    }
}
