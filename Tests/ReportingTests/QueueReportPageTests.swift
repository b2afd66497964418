import Testing

@testable import Reporting

@Suite struct QueueReportPageTests {
    @Test(arguments: [0, 1, 30, 400])
    func everyPageIsWellFormed(nights: Int) {
        let jobs = ReportFixture.nights(nights)
        expectWellFormed(QueueReportPage(Self.report(jobs)).bytes)
        #expect(QueueReportPage(Self.report(jobs)).bytes == QueueReportPage(Self.report(jobs)).bytes)
    }

    @Test func failedJobsAreCountedAndMarked() {
        var jobs = ReportFixture.nights(10)
        jobs[4].hasSucceeded = false
        let page = String(decoding: QueueReportPage(Self.report(jobs)).bytes, as: UTF8.self)
        #expect(page.contains("<strong>1 failed. </strong>"))
        #expect(page.contains("✕ failed"))
    }

    @Test func alarmsThatStandAreSaidFirstAndBesideTheirJobs() {
        var jobs = ReportFixture.nights(10)
        jobs[8].alarmsUp = 2
        // A replay says nothing about its night, and ends no alarm.
        jobs[9].alarmsUp = nil
        let page = String(decoding: QueueReportPage(Self.report(jobs)).bytes, as: UTF8.self)
        #expect(page.contains("After the newest of them 2 alarms stood."))
        #expect(page.contains("success, 2 alarms"))
        jobs[9].alarmsUp = 0
        #expect(!String(decoding: QueueReportPage(Self.report(jobs)).bytes, as: UTF8.self).contains("stood"))
    }

    @Test func alarmsThatStandAreNamed() {
        var report = Self.report(ReportFixture.nights(3))
        report.alarms = [
            ReportedAlarm(monitor: "bad-news", state: .standing, sentence: "of Bolt", sinceWallSeconds: 86_400)
        ]
        let page = String(decoding: QueueReportPage(report).bytes, as: UTF8.self)
        #expect(page.contains("<bdi>bad-news</bdi>"))
        #expect(page.contains("Since 2 Jan 1970.</b> <bdi>of Bolt</bdi>"))
    }

    @Test func answersOfEarlierJobsAreCountedWhereThereAreAny() {
        var jobs = ReportFixture.nights(2)
        #expect(!String(decoding: QueueReportPage(Self.report(jobs)).bytes, as: UTF8.self).contains("earlier job"))
        for index in jobs.indices { jobs[index].records.cached = 21 }
        let page = String(decoding: QueueReportPage(Self.report(jobs)).bytes, as: UTF8.self)
        #expect(page.contains(">Answered in an earlier job</dt><dd><bdi>42</bdi><"))
    }

    @Test func recordsThatCannotBeReadAreSaid() {
        var report = Self.report(ReportFixture.nights(3))
        report.unreadable = 2
        let page = String(decoding: QueueReportPage(report).bytes, as: UTF8.self)
        #expect(page.contains("2 records in done/ could not be read"))
    }

    @Test func onlyTheNewestAnswersAreCounted() {
        var jobs = ReportFixture.nights(3)
        var again = ReportFixture.job(night: 2, records: 10_037)
        again.key = "headlines-1.r2"
        again.repeats = "headlines-1"
        var replay = ReportFixture.job(night: 3, records: 10)
        replay.key = "headlines-0.replay1"
        replay.replays = "headlines-0"
        jobs += [again, replay]
        let page = String(decoding: QueueReportPage(Self.report(jobs)).bytes, as: UTF8.self)
        #expect(page.contains("<dt>Records</dt><dd><bdi>30,141</bdi></dd>"))
        #expect(page.contains("5 jobs in 4 nights, none of them failed."))
        #expect(page.contains("success, answered again"))
        #expect(page.contains("success, a replay"))
    }

    @Test func aMissingNightIsDrawnAsOne() {
        let jobs = [0, 1, 3].map { ReportFixture.job(night: $0) }
        var report = Self.report(jobs)
        report.untilWallSeconds = jobs[2].finishedWallSeconds + 60
        let page = QueueReportPage(report)
        let text = String(decoding: page.bytes, as: UTF8.self)
        #expect(text.contains("<title>4 Mar: no job</title>"))
        #expect(text.contains("3 jobs in 3 nights"))
        #expect(page.series.map(\.values.count) == [4, 4, 4, 4])
    }

    @Test func aNightOfOneRecordHasNoCost() {
        var jobs = ReportFixture.nights(3)
        jobs[1] = ReportFixture.job(night: 1, records: 1, failed: 0)
        jobs[1].cpuSeconds = 0.0034
        let cost = QueueReportPage(Self.report(jobs)).series.last
        #expect(cost?.heading == "Cost")
        #expect(cost?.values.prefix(3).map { $0 == nil } == [false, true, false])
    }

    private static func report(_ jobs: [JobFigures]) -> QueueReport {
        let end = ReportFixture.firstNoon + 400 * 86_400
        return QueueReport(queue: "news", sinceWallSeconds: ReportFixture.firstNoon, untilWallSeconds: end, jobs: jobs)
    }
}
