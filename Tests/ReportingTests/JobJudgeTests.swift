import BatchCore
import Testing

@testable import Reporting

@Suite struct JobJudgeTests {
    @Test func aSteadyNightIsAsUsual() {
        let report = ReportFixture.report(ReportFixture.job(night: 14, negative: 0.204), after: 14)
        #expect(findings(report).isEmpty)
        #expect(verdict(report).word == "As usual")
    }

    @Test func moreOfALabelStandsOut() {
        let report = ReportFixture.report(ReportFixture.job(night: 14, negative: 0.35), after: 14)
        #expect(findings(report).map(\.subject).contains("More “negative”"))
        #expect(verdict(report).tone == .careful)
    }

    @Test func fourNightsAreTooFewToJudgeBy() {
        let report = ReportFixture.report(ReportFixture.job(night: 14, negative: 0.9), after: 4)
        #expect(findings(report).isEmpty)
        #expect(verdict(report).sentence.contains("only 4 former nights"))
    }

    @Test func tenRecordsProveNothing() {
        let job = ReportFixture.job(night: 14, records: 10, negative: 0.5, failed: 0)
        let report = ReportFixture.report(job, after: 14)
        #expect(!findings(report).contains { $0.subject.contains("negative") })
    }

    @Test func aHalfFileStandsOut() {
        let report = ReportFixture.report(ReportFixture.job(night: 14, records: 4000), after: 14)
        #expect(findings(report).map(\.subject) == ["Fewer records"])
    }

    @Test func moreErrorsStandOut() {
        let report = ReportFixture.report(ReportFixture.job(night: 14, failed: 200), after: 14)
        #expect(findings(report).map(\.subject) == ["Records without a result"])
    }

    @Test func manyErrorsStandOutWithoutAPast() {
        let report = ReportFixture.report(ReportFixture.job(night: 14, failed: 200), after: 0)
        #expect(findings(report).map(\.subject) == ["Records without a result"])
    }

    @Test(arguments: [0, 14])
    func emptyTextsStandOut(nights: Int) {
        var figures = ReportFixture.job(night: 14, failed: 0)
        figures.lengths[0] = 333
        figures.lengths[3] -= 333
        let found = findings(ReportFixture.report(figures, after: nights))
        let past = nights == 0 ? "" : "; in 14 nights it was 0%"
        let words = "333 texts are empty or without a word, 3.33% of those with a result"
        #expect(found == [Finding(subject: "Empty texts", sentence: "\(words)\(past).")])
    }

    @Test func emptyTextsOfEveryNightAreAsUsual() {
        let jobs = (0..<15).map { night in
            var job = ReportFixture.job(night: night, failed: 0)
            job.lengths[0] = 333 + night
            return job
        }
        #expect(findings(Self.report(jobs[14], after: Array(jobs[..<14]))).isEmpty)
    }

    @Test func anotherModelStandsOut() {
        var figures = ReportFixture.job(night: 14)
        figures.model?.version = 2
        let found = findings(ReportFixture.report(figures, after: 14))
        #expect(found.map(\.subject) == ["Another model"])
        #expect(found[0].sentence.contains("sentiment@2 answered; the night before it was sentiment@1."))
    }

    @Test func fewerSureAnswersStandOut() {
        var figures = ReportFixture.job(night: 14)
        figures.confidence[10] += figures.confidence[19]
        figures.confidence[19] = 0
        #expect(findings(ReportFixture.report(figures, after: 14)).map(\.subject) == ["Less sure"])
    }

    @Test func oneTinyNightBlindsNobody() throws {
        var jobs = (0..<13).map { ReportFixture.job(night: $0, records: 3000, failed: 0) }
        jobs.append(ReportFixture.job(night: 13, records: 1, negative: 1, failed: 0))
        let report = Self.report(ReportFixture.job(night: 14, records: 3000, negative: 0.95), after: jobs)
        #expect(findings(report).map(\.subject).contains("More “negative”"))
        let page = String(decoding: JobReportPage(report).bytes, as: UTF8.self)
        #expect(page.contains("lowest to highest of 13 of the last 14 nights; the others had too few records"))
    }

    @Test(arguments: [0, 1])
    func oneTinyNightIsNoUsualSize(records: Int) {
        var jobs = (0..<13).map { ReportFixture.job(night: $0, records: 3000, failed: 0) }
        jobs.insert(ReportFixture.job(night: 13, records: records, failed: 0), at: 13)
        let report = Self.report(ReportFixture.job(night: 14, records: 30, failed: 0), after: jobs)
        #expect(findings(report).map(\.sentence) == ["30 records; in 13 nights a job had 3,000."])
    }

    @Test func sizesOfTwoNightsAreAHabit() {
        let jobs = (0..<14).map { ReportFixture.job(night: $0, records: $0 % 7 == 0 ? 30 : 3000, failed: 0) }
        #expect(findings(Self.report(ReportFixture.job(night: 14, records: 30, failed: 0), after: jobs)).isEmpty)
    }

    @Test func emptyNightsAreNothingToCompareWith() {
        let jobs = (0..<14).map { ReportFixture.job(night: $0, records: 0, failed: 0) }
        let report = Self.report(ReportFixture.job(night: 14), after: jobs)
        #expect(verdict(report).word == "Complete")
    }

    @Test func aReplayIsNoMeasureOfItsNight() {
        let jobs = (0..<7).flatMap { night in
            [ReportFixture.job(night: night, records: 3000, failed: 1), Self.replay(night: night)]
        }
        let report = Self.report(ReportFixture.job(night: 7, records: 40, failed: 0), after: jobs)
        #expect(findings(report).map(\.sentence) == ["40 records; in 7 nights a job had 3,001."])
        let page = String(decoding: JobReportPage(report).bytes, as: UTF8.self)
        #expect(page.contains("usually 3,001"))
    }

    @Test func aReplayIsComparedWithNothing() {
        let report = Self.report(Self.replay(night: 14), after: ReportFixture.nights(14))
        #expect(findings(report).isEmpty)
        #expect(verdict(report).sentence.contains("answers errors of another job again"))
    }

    @Test func mendedErrorsUnderANewNameAreNoUsualSize() {
        let jobs = (0..<7).flatMap { Self.nightWithAddition($0, records: 3005) }
        let short = Self.report(ReportFixture.job(night: 7, records: 40, failed: 0), after: jobs)
        #expect(findings(short).map(\.subject) == ["Fewer records"])
        var addition = Self.report(Self.nightWithAddition(7, records: 3005)[1], after: jobs)
        addition.largestOfNight = 3005
        #expect(findings(addition).isEmpty, "what follows a large job of its night may be small")
        #expect(!String(decoding: JobReportPage(addition).bytes, as: UTF8.self).contains("usually 3,005"))
    }

    private static func report(_ figures: JobFigures, after jobs: [JobFigures]) -> JobReport {
        var report = ReportFixture.report(figures, after: 0)
        report.former = FormerNights(of: jobs, before: figures.finishedWallSeconds)
        return report
    }

    private static func replay(night: Int) -> JobFigures {
        var job = ReportFixture.job(night: night, records: 1, failed: 0)
        job.replays = job.key
        job.key += ".replay1"
        return job
    }

    private static func nightWithAddition(_ night: Int, records: Int) -> [JobFigures] {
        var addition = ReportFixture.job(night: night, records: 5, negative: 0.4, failed: 0)
        addition.key += "-mended"
        addition.finishedWallSeconds += 600
        return [ReportFixture.job(night: night, records: records, failed: 0), addition]
    }

    /// Of 200 nights in which nothing happens but chance, few may have a finding at all.
    @Test func steadyNightsSeldomStandOut() {
        var random = SplitMix64(seed: 5)
        let nights = (0..<214).map { night in
            var negatives = 0
            for _ in 0..<2000 where Double.random(in: 0..<1, using: &random) < 0.2 { negatives += 1 }
            let failed = (0..<20).count { _ in Double.random(in: 0..<1, using: &random) < 0.5 }
            return ReportFixture.job(
                night: night,
                records: 2000,
                negative: Double(negatives) / 2000,
                failed: failed
            )
        }
        let alarming = (14..<214).count { night in
            var report = ReportFixture.report(nights[night], after: 0)
            report.former = FormerNights(
                of: nights[(night - 14)..<night],
                before: report.figures.finishedWallSeconds
            )
            return !findings(report).isEmpty
        }
        #expect(alarming <= 1)
    }

    private func findings(_ report: JobReport) -> [Finding] {
        JobJudge(report: report, comparison: Comparison(of: report)).findings
    }

    private func verdict(_ report: JobReport) -> Verdict {
        Verdict(of: report, findings: findings(report), comparison: Comparison(of: report))
    }
}
