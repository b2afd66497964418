import BatchCore
import Foundation
import FoundationXML
import Testing

@testable import Reporting

@Suite struct JobReportPageTests {
    /// Text that would be markup, an order to a terminal, or another text to the eye.
    private static let hostile = "</script></td><img src=x onerror=alert(1)>&amp;'\"\u{0}\u{1B}[2J\u{202E}gpj\u{FEFF}"

    @Test func equalReportsAreEqualBytes() {
        let job = ReportFixture.job(night: 14, negative: 0.5)
        let pages = (0..<3).map { _ in JobReportPage(ReportFixture.report(job, after: 14)).bytes }
        #expect(pages[0] == pages[1])
        #expect(pages[1] == pages[2])
    }

    @Test(arguments: [0, 1, 14])
    func everyPageIsWellFormed(nights: Int) {
        expectWellFormed(JobReportPage(ReportFixture.report(ReportFixture.job(night: 14), after: nights)).bytes)
    }

    @Test func foreignTextIsNeverMarkup() {
        let bytes = JobReportPage(Self.hostileReport).bytes
        expectWellFormed(bytes)
        let page = String(decoding: bytes, as: UTF8.self)
        #expect(!page.contains("<img"))
        #expect(!page.contains("</script"))
        #expect(page.contains("&lt;img src=x onerror=alert(1)&gt;"))
        #expect(page.contains(#"\u{202e}gpj\u{feff}"#))
        #expect(!page.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
    }

    @Test func nothingComesFromElsewhere() {
        let page = String(decoding: JobReportPage(Self.hostileReport).bytes, as: UTF8.self)
        for word in ["http:", "https:", "//", "url(", "@import", "<script", "<link", "<iframe", " style=", " href="] {
            #expect(!page.contains(word), "\(word)")
        }
        #expect(page.contains("default-src 'none'; style-src 'sha256-"))
    }

    @Test func alarmsComeBeforeTheLabels() throws {
        var report = ReportFixture.report(ReportFixture.job(night: 14, negative: 0.204), after: 14)
        report.alarms = [
            ReportedAlarm(monitor: "volume", state: .cleared, sentence: "over: 9 records", sinceWallSeconds: 0),
            ReportedAlarm(monitor: "bad-news", state: .standing, sentence: "company 'Bolt'", sinceWallSeconds: 86_400),
            ReportedAlarm(monitor: "bad-news", state: .raised, sentence: "60.0 % of 'ACME'", sinceWallSeconds: 0),
        ]
        let page = String(decoding: JobReportPage(report).bytes, as: UTF8.self)
        #expect(page.contains("The job is complete, but 2 alarms are up."))
        let places = try ["<h2>Alarms</h2>", "New.", "ACME", "Since 2 Jan 1970.", "Bolt", "Over", "<h2>Labels</h2>"]
            .map { try #require(page.range(of: $0), "\($0)").lowerBound }
        #expect(places == places.sorted())
    }

    @Test func anAlarmThatIsOverIsNoReasonToLookFirst() {
        var report = ReportFixture.report(ReportFixture.job(night: 14, negative: 0.204), after: 14)
        report.alarms = [ReportedAlarm(monitor: "volume", state: .cleared, sentence: "", sinceWallSeconds: 0)]
        #expect(Verdict(of: report, findings: [], comparison: Comparison(of: report)).word == "As usual")
    }

    @Test func aSmallGroupWithAnAlarmHasARow() {
        var report = ReportFixture.report(ReportFixture.job(night: 14), after: 14)
        let values = (0..<200).map { number in
            FieldSlice.Value(
                value: "company \(number)",
                records: 1000 - number,
                labels: ["negative": 10],
                isAlarmed: number == 170
            )
        }
        let rest = FieldSlice.Value(value: "", records: 0, labels: [:])
        report.slices = [FieldSlice(field: "company", values: values, other: rest)]
        let page = String(decoding: JobReportPage(report).bytes, as: UTF8.self)
        for shown in [0, 23, 170] { #expect(page.contains("<bdi>company \(shown)</bdi>")) }
        for hidden in [24, 169, 171] { #expect(!page.contains("<bdi>company \(hidden)</bdi>")) }
        #expect(page.contains("<em>175 other values</em>"))
    }

    @Test func aWatchedLabelHasAColumnHoweverRare() {
        let labels = Dictionary(uniqueKeysWithValues: (0..<10).map { ("label \($0)", 100 - $0) })
        var report = ReportFixture.report(ReportFixture.job(night: 14), after: 14)
        let value = FieldSlice.Value(value: "G30", records: 955, labels: labels)
        let other = FieldSlice.Value(value: "", records: 12, labels: ["label 0": 12])
        var slice = FieldSlice(field: "group", values: [value], other: other)
        slice.watchedLabels = ["label 9"]
        report.slices = [slice]
        var page = String(decoding: JobReportPage(report).bytes, as: UTF8.self)
        for shown in [0, 1, 2, 9] { #expect(page.contains(">label \(shown)</th>"), "\(shown)") }
        #expect(!page.contains(">label 3</th>"))
        #expect(page.contains(" 6 other labels are not shown."))
        #expect(page.contains("<em>no value</em>"))
        report.slices[0].mayLackValues = true
        page = String(decoding: JobReportPage(report).bytes, as: UTF8.self)
        #expect(page.contains("<em>rarer values, or no value</em>"))
    }

    @Test func aThousandAlarmsAreCounted() {
        var report = ReportFixture.report(ReportFixture.job(night: 14), after: 14)
        report.alarms = (0..<1000).map {
            ReportedAlarm(monitor: "m", state: .raised, sentence: "group \($0)", sinceWallSeconds: 0)
        }
        let page = String(decoding: JobReportPage(report).bytes, as: UTF8.self)
        #expect(page.contains("1,000 alarms are up"))
        #expect(page.contains("980 more are in alerts.jsonl and metrics.json."))
    }

    @Test func aMillionIsNotToldFromOneRecord() {
        var figures = ReportFixture.job(night: 14, records: 1, failed: 0)
        figures.cpuSeconds = 0.0034
        let page = { String(decoding: JobReportPage(ReportFixture.report($0, after: 14)).bytes, as: UTF8.self) }
        #expect(!page(figures).contains("A million such records"))
        figures.cpuSeconds = 4
        #expect(page(figures).contains("A million such records"), "an encoder takes seconds for few")
    }

    @Test func oneIsNotMany() {
        var figures = ReportFixture.job(night: 14, records: 1, failed: 0)
        figures.lengths = [0, 1]
        figures.records.truncated = 1
        figures.records.windowed = 1
        var report = ReportFixture.report(figures, after: 0)
        report.throughput = Throughput(binSeconds: 1, records: [1])
        let page = String(decoding: JobReportPage(report).bytes, as: UTF8.self)
        for words in ["1 tokens", "1 records", "1 long texts", "1 (100%) were"] {
            #expect(!page.contains(words), "\(words)")
        }
        #expect(page.contains("<title>1 token: 1 (100%)</title>"))
    }

    @Test func aFailedJobSaysSoFirst() throws {
        var report = ReportFixture.report(ReportFixture.job(night: 14), after: 14)
        report.figures.hasSucceeded = false
        report.failure = ReportedFailure(code: "too_many_errors", message: "12 records failed.")
        let page = String(decoding: JobReportPage(report).bytes, as: UTF8.self)
        let verdict = try #require(page.range(of: "Do not use these results"))
        let labels = try #require(page.range(of: "<h2>Labels</h2>"))
        #expect(verdict.lowerBound < labels.lowerBound)
        #expect(page.contains("<code><bdi>too_many_errors</bdi></code>: <bdi>12 records failed.</bdi>"))
    }

    @Test func aJobWithoutRecordsHasAPage() {
        var figures = ReportFixture.job(night: 14)
        figures.records = RecordFigures()
        figures.labels = [:]
        figures.confidence = []
        figures.lengths = []
        figures.errors = [:]
        figures.model = nil
        figures.cpuSeconds = 0
        figures.wallSeconds = 0
        expectWellFormed(JobReportPage(ReportFixture.report(figures, after: 3)).bytes)
    }

    @Test func manyLabelsAndValuesStayASmallPage() {
        var report = ReportFixture.report(ReportFixture.job(night: 14, records: 10_000_000), after: 14)
        for number in 0..<5000 { report.figures.labels["label \(number)"] = number }
        let values = (0..<5000).map { FieldSlice.Value(value: "value \($0)", records: 10, labels: ["negative": 10]) }
        let rest = FieldSlice.Value(value: "", records: 0, labels: [:])
        report.slices = [FieldSlice(field: "company", values: values, other: rest)]
        let bytes = JobReportPage(report).bytes
        #expect(bytes.count < 100_000)
        expectWellFormed(bytes)
    }

    private static var hostileReport: JobReport {
        var figures = ReportFixture.job(night: 14)
        figures.key = hostile
        figures.labels[hostile] = 5000
        figures.errors[hostile] = 7
        figures.build = hostile
        figures.isa = hostile
        figures.model?.name = hostile
        figures.model?.precision = hostile
        var report = ReportFixture.report(figures, after: 14)
        report.queue = hostile
        report.source = hostile
        report.parent = hostile
        report.failure = ReportedFailure(code: hostile, message: hostile)
        report.errorSamples[hostile] = [ErrorSample(line: 1, message: hostile, excerpt: hostile)]
        let value = FieldSlice.Value(value: hostile, records: 5, labels: [hostile: 5])
        report.slices = [FieldSlice(field: hostile, values: [value], other: value)]
        report.alarms = [ReportedAlarm(monitor: hostile, state: .standing, sentence: hostile, sinceWallSeconds: 0)]
        report.input.sha256 = hostile
        report.input.integrity = hostile
        report.corePrice = CorePrice(perHour: 0.04, currency: hostile)
        return report
    }
}

/// The pages are written in the part of HTML that is XML too, so that a parser can say whether every element is closed.
func expectWellFormed(_ page: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
    let parser = XMLParser(data: Data(page))
    let isWellFormed = parser.parse()
    let problem = "line \(parser.lineNumber): \(String(describing: parser.parserError))"
    #expect(isWellFormed, "\(problem)", sourceLocation: sourceLocation)
}
