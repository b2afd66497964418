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
