import BatchTesting
import Testing

@testable import BatchCore

/// What a queue is told from night to night.
@Suite struct MonitorPanelTests {
    private static let day = 86_400.0
    private static let model = ModelIdentity(name: "m", version: 1, weightsSHA256: "0", precision: "int8")

    /// Nights one after the other, each judged by those before it.
    private struct Story {
        var panel: MonitorPanel
        var nights: [NightSummary] = []

        init(_ monitors: MonitorDefinition...) { panel = MonitorPanel(monitors) }

        mutating func live(_ change: (inout NightSummary) -> Void) -> [Alert] {
            var night = NightSummary(acceptedSeconds: Double(nights.count) * day, model: model)
            night.records = 1000
            night.labels = ["negative": 100, "positive": 900]
            change(&night)
            let verdict = panel.judge(night, history: nights.suffix(MonitorLimits.nightsMaximum))
            night.alarms = verdict.alarms
            nights.append(night)
            return verdict.alerts
        }

        mutating func liveQuietly(nights count: Int) -> Int {
            (0..<count).reduce(0) { sum, _ in sum + live { _ in }.count }
        }
    }

    private static func surge(silenceSeconds: Double = 0) -> MonitorDefinition {
        MonitorDefinition(name: "s", kind: .surge(label: "negative", rise: 0.15), silenceSeconds: silenceSeconds)
    }

    private static func negative(_ count: Int) -> (inout NightSummary) -> Void {
        { $0.labels = ["negative": count, "positive": $0.records - count] }
    }

    @Test func anAlarmIsToldOnceAndOnceWhenItIsOver() {
        var story = Story(Self.surge())
        #expect(story.liveQuietly(nights: 8) == 0)
        #expect(story.live(Self.negative(300)).map(\.change) == [.raised])
        #expect(story.live(Self.negative(300)).isEmpty)
        // Between the two levels it stands.
        #expect(story.live(Self.negative(150)).isEmpty)
        #expect(story.live(Self.negative(110)).map(\.change) == [.cleared])
        #expect(story.nights.last?.alarms == [])
    }

    @Test func whatFlickersIsSilent() {
        var story = Story(Self.surge(silenceSeconds: 3.5 * Self.day))
        _ = story.liveQuietly(nights: 8)
        #expect(story.live(Self.negative(300)).map(\.change) == [.raised])
        #expect(story.live(Self.negative(100)).map(\.change) == [.cleared])
        #expect(story.live(Self.negative(300)).isEmpty)
        #expect(story.live(Self.negative(100)).isEmpty)
        #expect(story.live(Self.negative(300)).map(\.change) == [.raised])
    }

    @Test func whatComesBackTooSoonAndStaysIsToldWhenTheSilenceIsOver() {
        var story = Story(Self.surge(silenceSeconds: 3.5 * Self.day))
        _ = story.liveQuietly(nights: 8)
        #expect(story.live(Self.negative(300)).map(\.change) == [.raised])
        #expect(story.live(Self.negative(100)).map(\.change) == [.cleared])
        for _ in 0..<2 { #expect(story.live(Self.negative(300)).isEmpty) }
        #expect(story.live(Self.negative(300)).map(\.change) == [.raised])
        #expect(story.live(Self.negative(300)).isEmpty)
        #expect(story.live(Self.negative(100)).map(\.change) == [.cleared])
    }

    @Test func anAlarmOfAMonitorThatIsTakenOutIsOverWithTheNextJob() {
        let others = MonitorDefinition(name: "e", kind: .errorRate(above: 0.01))
        let replacements = [
            [], [others], [MonitorDefinition(name: "s", kind: .share(label: "negative", above: 0.9))],
            [MonitorDefinition(name: "s", kind: .surge(label: "neutral", rise: 0.15))],
        ]
        for monitors in replacements {
            var story = Story(Self.surge())
            _ = story.liveQuietly(nights: 8)
            #expect(story.live(Self.negative(300)).map(\.change) == [.raised])
            story.panel = MonitorPanel(monitors)
            let ended = story.live(Self.negative(300))
            #expect(ended.map(\.change) == [.cleared])
            #expect(ended.map(\.kind) == ["surge"])
            #expect(ended.map(\.isAbandoned) == [true])
            #expect(story.live(Self.negative(300)).isEmpty)
        }
    }

    @Test func anAlarmOfADocumentWithoutKindsStaysWithItsMonitor() {
        var story = Story(Self.surge())
        _ = story.liveQuietly(nights: 8)
        #expect(story.live(Self.negative(300)).map(\.change) == [.raised])
        story.nights[8].alarms[0].kind = nil
        #expect(story.live(Self.negative(300)).isEmpty)
        #expect(story.nights.last?.alarms.first?.kind == "surge")
        #expect(story.live(Self.negative(100)).map(\.change) == [.cleared])
    }

    @Test func aNewLevelBecomesUsual() {
        var story = Story(Self.surge())
        _ = story.liveQuietly(nights: 14)
        let alerts = (0..<20).flatMap { _ in story.live(Self.negative(300)) }
        #expect(alerts.map(\.change) == [.raised, .cleared])
    }

    @Test func anotherModelIsAnotherMeasure() {
        var story = Story(Self.surge())
        _ = story.liveQuietly(nights: 14)
        let alerts = story.live { night in
            night.model = ModelIdentity(name: "m", version: 2, weightsSHA256: "1", precision: "int8")
            Self.negative(500)(&night)
        }
        #expect(alerts.isEmpty)
    }

    @Test func oneGroupOfManyIsNamed() {
        var story = Story(
            MonitorDefinition(name: "s", kind: .surge(label: "negative", rise: 0.15), groupBy: "company")
        )
        let companies = { (rises: Bool) in
            { (night: inout NightSummary) in
                var table = SliceTable(field: "company")
                for number in 0..<30 {
                    let negative = rises && number == 7 ? 150 : 50 + number % 3
                    let labels = ["negative": negative, "positive": 500 - negative]
                    table.add(SliceCounts(records: 500, labels: labels), to: "c\(number)")
                }
                night.slices = [table]
            }
        }
        for _ in 0..<7 { #expect(story.live(companies(false)).isEmpty) }
        let alerts = story.live(companies(true))
        #expect(alerts.map(\.subject) == [AlarmSubject(monitor: "s", group: "c7", part: "negative")])
        #expect(alerts.first?.field == "company")
    }

    @Test func aShareAboveItsLimitNeedsNoHistory() {
        var story = Story(MonitorDefinition(name: "s", kind: .share(label: "negative", above: 0.2)))
        #expect(story.live(Self.negative(300)).map(\.change) == [.raised])
        #expect(story.live(Self.negative(190)).isEmpty)
        #expect(story.live(Self.negative(150)).map(\.change) == [.cleared])
    }

    @Test func aLabelThatShouldNeverComeClearsWhenItIsGone() {
        var story = Story(MonitorDefinition(name: "s", kind: .share(label: "negative", above: 0)))
        #expect(story.live(Self.negative(300)).map(\.change) == [.raised])
        #expect(story.live(Self.negative(0)).map(\.change) == [.cleared])
    }

    @Test(arguments: [0.0, 0.125, 0.5])
    func whereADayBeginsDoesNotMatter(hour: Double) {
        var story = Story(MonitorDefinition(name: "v", kind: .volume(factor: 2), nights: 28))
        var random = SplitMix64(seed: 6)
        for night in 0..<28 {
            let base = night % 7 >= 5 ? 100.0 : 1000
            let alerts = story.live {
                $0.acceptedSeconds += hour * Self.day + Double.random(in: -300...300, using: &random)
                $0.records = Int(base * Double.random(in: 0.9...1.1, using: &random))
            }
            #expect(alerts.isEmpty)
        }
        let alerts = story.live {
            $0.acceptedSeconds += hour * Self.day
            $0.records = 330
        }
        #expect(alerts.map(\.subject.part) == ["low"])
    }

    @Test func twoLabelsThatVaryFromNightToNightAreNoDrift() {
        var random = RandomVariates(seed: 11)
        let detector = DriftDetector(recordsMinimum: 1000)
        let trials = 4000
        for nights in [3, 7, 14] {
            let raised = (0..<trials).count { _ in
                let counts = (0...nights).map { _ in
                    let negative = random.binomial(20_000, min(max(0.5 + 0.08 * random.normal(), 0), 1))
                    return [negative, 20_000 - negative]
                }
                return detector.judge(counts[0], history: Array(counts.dropFirst()))?.level == .raise
            }
            #expect(Double(raised) / Double(trials) <= 1.5 * MonitorLimits.falseAlarmsPerNight, "\(nights) nights")
        }
    }

    @Test func aFewErrorsAboveTheLimitAreChance() {
        var story = Story(MonitorDefinition(name: "e", kind: .errorRate(above: 0.01)))
        #expect(story.live { $0.errors = 12 }.isEmpty)
        #expect(story.live { $0.errors = 40 }.map(\.kind) == ["error_rate"])
    }

    @Test func halfTheRecordsAreMissedAndTheWeekendIsNot() {
        var story = Story(MonitorDefinition(name: "v", kind: .volume(factor: 2), nights: 28))
        var random = SplitMix64(seed: 4)
        for night in 0..<28 {
            let base = night % 7 >= 5 ? 300.0 : 1000
            let alerts = story.live { $0.records = Int(base * Double.random(in: 0.9...1.1, using: &random)) }
            #expect(alerts.isEmpty)
        }
        let alerts = story.live { $0.records = 300 }
        #expect(alerts.map(\.subject.part) == ["low"])
        #expect(story.live { $0.records = 1000 }.map(\.change) == [.cleared])
    }

    @Test func driftIsToldApartFromTheWeeksRhythm() {
        var story = Story(MonitorDefinition(name: "d", kind: .drift(DriftSubject.allCases), recordsMinimum: 500))
        var random = SplitMix64(seed: 8)
        let bins = { (shift: Int) in
            { (night: inout NightSummary) in
                night.lengths = (0..<10).map { 100 + (($0 + shift) % 10) * 20 + Int.random(in: 0..<20, using: &random) }
                night.confidence = night.lengths
            }
        }
        for _ in 0..<14 { #expect(story.live(bins(0)).isEmpty) }
        let usual = story.nights.last?.confidence ?? []
        let alerts = story.live { night in
            bins(5)(&night)
            night.confidence = usual
        }
        #expect(alerts.map(\.subject.part) == ["lengths"])
    }

    @Test func divergenceIsNothingForEqualsAndBoundedForStrangers() {
        #expect(Divergence(of: [10, 20], from: [100, 200]).jensenShannon < 1e-4)
        #expect(Divergence(of: [1_000_000, 0], from: [0, 1_000_000]).jensenShannon < 0.6932)
        #expect(Divergence(of: [1_000_000, 0], from: [0, 1_000_000]).stability > 10)
    }
}
