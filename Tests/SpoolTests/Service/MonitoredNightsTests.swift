import BatchCore
import BatchTesting
import JSONLines
import Logging
import SystemPackage
import Testing

@testable import Spool

/// News by company, a file a night: what the outbox, the metrics and the next night know of a surge.
@Suite struct MonitoredNightsTests {
    private static let configuration = """
        model: marked
        settle_seconds: 0
        shard_records: 64
        input: { text: "{news_title}。{news_summary}" }
        monitors:
          - { name: odd-news, kind: surge, label: odd, group_by: company, minimum_records: 20 }
          - { kind: error_rate }
        """
    private static let companies = ["ACME", "Bolt \\u0026 Co", "株式会社"]

    /// A night of news; texts are drawn until the model gives them the label that is wanted.
    private static func night(_ number: Int, oddOfACME: Int = 10) -> String {
        var lines = ""
        for (index, company) in companies.enumerated() {
            for record in 0..<100 {
                let isOdd = record < (index == 0 ? oddOfACME : 10)
                let summary = summary(number * 1000 + index * 100 + record, isOdd: isOdd)
                lines += #"{"news_title":"t","news_summary":"\#(summary)","company":"\#(company)"}"# + "\n"
            }
        }
        return lines
    }

    private static func summary(_ seed: Int, isOdd: Bool) -> String {
        var attempt = 0
        while true {
            let text = "\(seed).\(attempt)"
            let hash = "t。\(text)".utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
            if (hash % 3 == 0) == isOdd { return text }
            attempt += 1
        }
    }

    private func live(
        _ root: OneQueue,
        nights: Range<Int>,
        oddOfACME: Int = 10,
        logger: Logger = SpoolHarness.silence
    ) throws {
        for night in nights {
            root.clock.advance(bySeconds: 86_400)
            root.drop(Self.night(night, oddOfACME: oddOfACME), as: "night\(night).jsonl")
            // Each night is a life of its own, so that history always comes from the disk.
            #expect(try root.harness(Self.configuration, logger: logger).run() == .idle)
        }
    }

    private func alerts(_ root: OneQueue, _ night: Int) throws -> [AlertRecord] {
        guard let bytes = try root.job("night\(night)").files[PublishedName.alerts] else { return [] }
        return try bytes.split(separator: UInt8(ascii: "\n")).map {
            try DocumentCoding.decode(AlertRecord.self, from: Array($0))
        }
    }

    @Test func aSurgeIsToldOnceAndItsEndOnce() throws {
        let root = OneQueue()
        try live(root, nights: 0..<5)
        try live(root, nights: 5..<7, oddOfACME: 60)
        try live(root, nights: 7..<8)
        for night in [0, 1, 2, 3, 4, 6] { #expect(try alerts(root, night).isEmpty) }
        let raised = try #require(try alerts(root, 5).first)
        #expect(raised.monitor == "odd-news")
        #expect(raised.value == "ACME")
        #expect(raised.state == .raised)
        #expect(raised.observed == 0.6)
        #expect(raised.message.hasPrefix("60.0 % of 100 records of company 'ACME' are odd; "))
        #expect(try alerts(root, 7).map(\.state) == [.cleared])
        #expect(try root.job("night5").violations == [])
    }

    @Test func theLogSaysWhichGroupAnAlarmIsAbout() throws {
        let root = OneQueue()
        let log = KeptLog()
        try live(root, nights: 0..<5)
        try live(root, nights: 5..<6, oddOfACME: 60, logger: log.logger)
        try live(root, nights: 6..<7, logger: log.logger)
        let told = log.lines(beginning: "alarm ")
        #expect(told.map(\.message) == ["alarm raised", "alarm cleared"])
        for line in told {
            #expect(line.details["monitor"] == "odd-news")
            #expect(line.details["field"] == "company")
            #expect(line.details["value"] == "ACME")
            #expect(line.details["part"] == "odd")
        }
        #expect(told.first?.details["observed"] == "0.6")
        #expect(Double(try #require(told.first?.details["expected"])).map { (0.05...0.2).contains($0) } == true)
    }

    @Test func slicesAreCountedByTheTextOfTheField() throws {
        let root = OneQueue()
        try live(root, nights: 0..<1)
        let metrics = try DocumentCoding.decode(
            JobMetrics.self,
            from: try root.job("night0").files[PublishedName.metrics] ?? []
        )
        let table = try #require(metrics.slices?.first)
        #expect(table.values.map(\.value) == ["ACME", "Bolt & Co", "株式会社"])
        #expect(table["株式会社"]?.records == 100)
        #expect(table["株式会社"]?.labels["odd"] == 10)
        #expect(metrics.lengths?.reduce(0, +) == 300)
    }

    @Test func aQueueWithoutMonitorsHasNoSlicesAndReadsNoHistory() throws {
        let root = OneQueue()
        root.drop(Self.night(0), as: "night0.jsonl")
        let plain = "model: marked\nsettle_seconds: 0\ninput: { text: news_summary }"
        #expect(try root.harness(plain).run() == .idle)
        let bytes = try root.job("night0").files[PublishedName.metrics] ?? []
        #expect(try DocumentCoding.decode(JobMetrics.self, from: bytes).slices == nil)
    }

    @Test func aNightThatIsAssembledAgainSaysTheSame() throws {
        let root = OneQueue()
        try live(root, nights: 0..<5)
        let before = root.disk.calls.count
        try live(root, nights: 5..<6, oddOfACME: 60)
        let expected = try root.job("night5").files[PublishedName.alerts]
        #expect(expected != nil)
        #expect(root.disk.calls.count > before)

        let again = OneQueue()
        try live(again, nights: 0..<5)
        again.clock.advance(bySeconds: 86_400)
        again.drop(Self.night(5, oddOfACME: 60), as: "night5.jsonl")
        let intent = again.layout.job("night5").intent
        again.disk.setPlan(FaultPlan(call: 1, .killBefore, operations: [.rename], below: intent))
        let disk = again.disk
        #expect(try again.harness(Self.configuration, isDead: { disk.isDead }).run() == .dead)
        let next = disk.afterRestart(.process)
        #expect(try again.harness(Self.configuration, on: next).run() == .idle)
        let job = try PublishedJob(JobName(queue: "q", key: "night5"), on: next)
        #expect(job.files[PublishedName.alerts] == expected)
    }

    @Test(arguments: [[10, 10], [60, 10]])
    func aClockThatWasAheadForAJobNeitherLosesAnEndNorRaisesTwice(_ odd: [Int]) throws {
        let root = OneQueue()
        try live(root, nights: 0..<5)
        let harness = try root.harness(Self.configuration)
        root.clock.advance(bySeconds: 86_400)
        root.clock.jumpWall(bySeconds: 3600)
        root.drop(Self.night(5, oddOfACME: 60), as: "night5.jsonl")
        #expect(harness.run() == .idle)
        root.clock.jumpWall(bySeconds: -3600)
        for (night, odd) in zip(6...7, odd) {
            root.drop(Self.night(night, oddOfACME: odd), as: "night\(night).jsonl")
            #expect(harness.work() == .idle)
        }
        let states = try (5...7).map { try alerts(root, $0).map(\.state) }
        #expect(states == (odd[0] == 10 ? [[.raised], [.cleared], []] : [[.raised], [], [.cleared]]))
    }

    /// Reading hundreds of records, each with ten thousand groups, takes a second; commands and the end wait as little.
    @Test func aJobOfAnotherQueueDoesNotWaitForHistory() throws {
        let root = OneQueue()
        let other = QueueLayout(queue: "r")
        for directory in other.directories { root.disk.dropDirectory(directory) }
        for second in 0..<3 * HistoryReading.recordsPerStep {
            try HistoryRecords.drop("\(second)", second: second, in: root.layout, on: root.disk)
        }
        root.drop(Self.night(0), as: "night0.jsonl")
        root.disk.drop(Array(Self.night(0).utf8), at: other.incoming.appending("other.jsonl"))
        let harness = try SpoolHarness(
            disk: root.disk,
            clock: root.clock,
            queues: ["q": Self.configuration, "r": Self.configuration],
            model: root.model
        )
        #expect(harness.run() == .idle)
        #expect(harness.observer.published.map(\.job.queue) == ["r", "q"])
        #expect(try root.job("night0").violations == [])
    }
}
