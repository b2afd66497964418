import BatchTesting
import Glibc
import Testing

@testable import BatchCore

/// The promises of docs/decisions/0010 on simulated nights: a small cut of them, or with BATCHD_MONITOR_NIGHTS=full
/// the figures of its tables.
@Suite struct SurgeSimulationTests {
    private static let isFull = getenv("BATCHD_MONITOR_NIGHTS").map { String(cString: $0) } == "full"

    @Test func steadyNightsRaiseNothing() {
        let settings = Self.settings()
        for history in Self.isFull ? [14, 7, 3] : [14] {
            var raised: [Int] = []
            for seed in 1...UInt64(Self.isFull ? 5 : 1) {
                raised.append(Self.falseAlarms(seed: seed, settings: settings, history: history))
            }
            print("steady, \(history) nights of history: \(raised) false alarms in \(Self.nights) nights each")
            #expect(raised.reduce(0, +) <= raised.count)
        }
    }

    @Test func aRiseIsCaughtTheSameNight() {
        let trials = Self.isFull ? 400 : 30
        for (dispersion, history, least) in Self.cases {
            var settings = Self.settings()
            settings.dispersion = dispersion
            settings.newcomers = 0
            let caught = (0..<trials).count { trial in
                Self.isCaught(seed: UInt64(1000 + trial), settings: settings, history: history)
            }
            let share = Double(caught) / Double(trials)
            print("dispersion \(dispersion), \(history) nights of history: caught \(share)")
            #expect(share >= least)
        }
    }

    @Test func groupsThatRiseTogetherDoNotHideEachOther() {
        let trials = Self.isFull ? 100 : 10
        var settings = Self.settings()
        settings.groups = 40
        settings.newcomers = 0
        for rising in Self.isFull ? [1, 2, 5] : [5] {
            let caught = (0..<trials).reduce(0) { sum, trial in
                sum + Self.caught(rising, seed: UInt64(3000 + trial), settings: settings)
            }
            let share = Double(caught) / Double(trials * rising)
            print("\(rising) of 40 groups rise: caught \(share)")
            #expect(share >= (Self.isFull ? 0.93 : 0.8))
        }
    }

    @Test func copiesOfOneTextRaiseNothing() {
        var settings = Self.settings()
        settings.copies = 2.5
        settings.newcomers = 0
        let raised = Self.falseAlarms(seed: 21, settings: settings, history: 14)
        print("2.5 copies a text: \(raised) false alarms in \(Self.nights) nights")
        #expect(raised <= 1)
        guard Self.isFull else { return }
        let caught = (0..<20).count { Self.isCaught(seed: UInt64(4000 + $0), settings: settings, history: 14) }
        print("2.5 copies a text: caught \(caught) of 20")
    }

    @Test func withoutHistoryNothingIsSaid() {
        var nights = SimulatedNights(seed: 5, settings: Self.settings())
        nights.watch(records: 500)
        let findings = SurgeDetector(rise: 0.15, recordsMinimum: 100).judge(Self.groups(nights.next(rise: 0.15), []))
        #expect(findings.isEmpty)
    }

    @Test func equalSeedsGiveEqualNights() {
        var first = SimulatedNights(seed: 9, settings: Self.settings())
        var second = SimulatedNights(seed: 9, settings: Self.settings())
        #expect(first.next().map(\.positives) == second.next().map(\.positives))
    }

    private static var nights: Int { isFull ? 200 : 15 }

    /// Dispersion, nights of history, and the least share to be caught.
    private static var cases: [(dispersion: Double, history: Int, least: Double)] {
        isFull ? [(0.0005, 14, 0.95), (0.001, 14, 0.7), (0.0005, 7, 0.8), (0.0005, 3, 0.5)] : [(0.0005, 14, 0.8)]
    }

    private static func settings() -> SimulatedNights.Settings {
        var settings = SimulatedNights.Settings()
        if !isFull { settings.groups = 150 }
        return settings
    }

    private static func falseAlarms(seed: UInt64, settings: SimulatedNights.Settings, history: Int) -> Int {
        var simulation = SimulatedNights(seed: seed, settings: settings)
        var past = (0..<history).map { _ in simulation.next() }
        return (0..<nights).reduce(0) { sum, _ in
            let tonight = simulation.next()
            let findings = SurgeDetector(rise: 0.15, recordsMinimum: 100).judge(groups(tonight, past))
            past = past.dropFirst() + [tonight]
            return sum + findings.count { $0.level == .raise }
        }
    }

    private static func isCaught(seed: UInt64, settings: SimulatedNights.Settings, history: Int) -> Bool {
        var simulation = SimulatedNights(seed: seed, settings: settings)
        let watched = simulation.watch(records: 500)
        let past = (0..<history).map { _ in simulation.next() }
        let tonight = simulation.next(rise: watched.share <= 0.1 ? 0.1 : 0.15)
        let findings = SurgeDetector(rise: 0.15, recordsMinimum: 100).judge(groups(tonight, past))
        return findings.contains { $0.value == watched.value && $0.level == .raise }
    }

    /// How many of some companies of 500 records that rise on the same night are caught.
    private static func caught(_ rising: Int, seed: UInt64, settings: SimulatedNights.Settings) -> Int {
        var simulation = SimulatedNights(seed: seed, settings: settings)
        let watched = Set((0..<rising).map { _ in simulation.watch(records: 500, share: 0.3).value })
        let past = (0..<14).map { _ in simulation.next() }
        let findings = SurgeDetector(rise: 0.15, recordsMinimum: 100).judge(groups(simulation.next(rise: 0.15), past))
        return findings.count { $0.level == .raise && $0.value.map(watched.contains) == true }
    }

    private static func groups(
        _ tonight: [SimulatedNights.Group],
        _ past: [[SimulatedNights.Group]]
    ) -> [SurgeDetector.Group] {
        var histories: [GroupValue: [ShareObservation]] = [:]
        for (night, groups) in past.enumerated() {
            for group in groups {
                histories[group.value, default: []].append(
                    ShareObservation(night: night, records: group.records, positives: group.positives)
                )
            }
        }
        return tonight.map { group in
            SurgeDetector.Group(
                value: group.value,
                tonight: ShareObservation(night: 0, records: group.records, positives: group.positives),
                history: histories[group.value] ?? []
            )
        }
    }
}
