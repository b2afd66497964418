import BatchCore
import Testing

@testable import Reporting

@Suite struct NightTests {
    @Test func midnightIsInTheMiddleOfANight() {
        var evening = ReportFixture.job(night: 0)
        evening.finishedWallSeconds = ReportFixture.firstNoon + 11 * 3600
        var morning = ReportFixture.job(night: 0)
        morning.finishedWallSeconds = ReportFixture.firstNoon + 15 * 3600
        let nights = Night.nights(of: [evening, morning, ReportFixture.job(night: 1)])
        #expect(nights.map(\.jobs.count) == [2, 1])
        #expect(nights[0].name == "2 Mar")
        #expect(nights[0].records.read == evening.records.read + morning.records.read)
    }

    @Test func aMissingNightIsAGap() {
        let jobs = [0, 1, 3].map { ReportFixture.job(night: $0) }
        let nights = Night.nights(of: jobs)
        let last = nights[2].number
        #expect(Night.calendar(of: nights, through: last - 5).map(\.name) == ["2 Mar", "3 Mar", "4 Mar", "5 Mar"])
        let calendar = Night.calendar(of: nights, through: last + 1)
        #expect(calendar.map(\.jobs.count) == [1, 1, 0, 1, 0])
        #expect(Night.calendar(of: nights, through: last + 100_000) == nights)
    }

    @Test func aJobIsNotComparedWithItsOwnNight() {
        let jobs = ReportFixture.nights(4)
        let former = FormerNights(of: jobs, before: jobs[3].finishedWallSeconds + 3600)
        #expect(former.nights.count == 3)
    }

    @Test func fourteenNightsAreCompared() {
        let report = ReportFixture.report(ReportFixture.job(night: 30), after: 30)
        let nights = Comparison(of: report).nights
        #expect(nights.count == 14)
        #expect(nights.last?.jobs.first?.key == "headlines-29")
    }

    @Test func aNightThatMayLackJobsIsLeftOut() {
        let jobs = ReportFixture.nights(6)
        let former = FormerNights(of: jobs, before: jobs[5].finishedWallSeconds, isCut: true)
        #expect(former.nights.map(\.jobs.count) == [1, 1, 1, 1])
        #expect(former.nights.first?.jobs.first?.key == "headlines-1")
    }

    @Test func anInputCountsAsItWasAnsweredLast() {
        var jobs = ReportFixture.nights(3)
        var again = ReportFixture.job(night: 3)
        again.key = "headlines-1.r2"
        again.repeats = "headlines-1"
        jobs.append(again)
        let after = ReportFixture.job(night: 4).finishedWallSeconds
        let keys = { (former: FormerNights) in former.nights.flatMap(\.jobs).map(\.key) }
        #expect(keys(FormerNights(of: jobs, before: after)) == ["headlines-0", "headlines-2", "headlines-1.r2"])
        // A third repetition is not held against the first and second.
        let former = FormerNights(of: jobs, before: after, repeating: "headlines-1.r2")
        #expect(keys(former) == ["headlines-0", "headlines-2"])
    }

    @Test func aRepetitionThatFailedLeavesTheAnswersBeforeIt() {
        var again = ReportFixture.job(night: 1)
        again.key = "headlines-0.r2"
        again.repeats = "headlines-0"
        again.hasSucceeded = false
        let counted = CountedJobs([ReportFixture.job(night: 0), again])
        #expect(counted.jobs.map(\.key) == ["headlines-0"])
        #expect(counted.answeredAgain == ["headlines-0.r2"])
    }

    @Test func oneStrangeNightDoesNotMoveTheUsual() throws {
        let usual = try #require(UsualRange([0.20, 0.21, 0.20, 0.22, 0.21, 0.80]))
        #expect(usual.median < 0.22)
        #expect(!usual.isUnusual(0.5, error: 0.001, floor: 0.01), "it has been seen before")
        #expect(usual.isUnusual(0.9, error: 0.001, floor: 0.01))
    }

    @Test(arguments: [5, 6, 7, 10, 14])
    func chanceAloneSeldomLooksUnusual(nights: Int) throws {
        var random = SplitMix64(seed: 31)
        let trials = 20_000
        let unusual = try (0..<trials).count { _ in
            // Twelve uniform numbers add up to nearly a normal one.
            let values = (0...nights).map { _ in
                (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
            }
            return try #require(UsualRange(Array(values.dropFirst()))).isUnusual(values[0], error: 0, floor: 0)
        }
        #expect(Double(unusual) / Double(trials) < 0.003, "\(unusual) of \(trials)")
    }

    @Test func mostlyEqualNightsAreJudgedByTheOthers() throws {
        let usual = try #require(UsualRange([0, 0, 0, 0, 0, 0, 0.01, 0.02]))
        #expect(!usual.isUnusual(0.03, error: 0, floor: 0))
        #expect(usual.isUnusual(0.1, error: 0, floor: 0))
    }
}
