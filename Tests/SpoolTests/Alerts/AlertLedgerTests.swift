import Testing

@testable import Spool

@Suite struct AlertLedgerTests {
    private static let day = 86_400.0

    @Test func whatIsOldIsForgottenOnceNothingWaits() {
        var ledger = AlertLedger(nowWallSeconds: 0)
        ledger.note(JobName(queue: "q", key: "a"), finished: 10, waiting: [], nowWallSeconds: 10)
        #expect(ledger.contains(JobName(queue: "q", key: "a")))
        ledger.note(JobName(queue: "q", key: "b"), finished: 3 * Self.day, waiting: [], nowWallSeconds: 3 * Self.day)
        #expect(ledger.delivered.keys.sorted() == ["q/b"])
        #expect(ledger.settledUntil == 2 * Self.day)
    }

    @Test func whatWaitsIsLookedForAgain() {
        var ledger = AlertLedger(nowWallSeconds: 0)
        ledger.note(JobName(queue: "q", key: "a"), finished: 10, waiting: [20], nowWallSeconds: 9 * Self.day)
        #expect(ledger.settledUntil <= 20 - Self.day)
        #expect(ledger.contains(JobName(queue: "q", key: "a")))
    }

    @Test func oneJobThatIsNeverTakenDoesNotLetItGrowWithoutEnd() throws {
        let jobs = (0..<AlertLedger.deliveredMaximum).map { "\"q/\($0)\":\($0)" }.joined(separator: ",")
        let json = "{\"settled_until\":-1,\"delivered\":{\(jobs)}}"
        var ledger = try DocumentCoding.decode(AlertLedger.self, from: Array(json.utf8))
        #expect(ledger.delivered.count == AlertLedger.deliveredMaximum)
        ledger.note(JobName(queue: "q", key: "new"), finished: 1e6, waiting: [0], nowWallSeconds: 1e6)
        #expect(ledger.delivered.count == AlertLedger.deliveredMaximum / 2)
        #expect(ledger.contains(JobName(queue: "q", key: "new")))
        #expect(!ledger.contains(JobName(queue: "q", key: "0")))
    }

    @Test func aClockThatWasTurnedBackMakesNothingUnsettled() {
        var ledger = AlertLedger(nowWallSeconds: 9 * Self.day)
        let before = ledger.settledUntil
        ledger.note(JobName(queue: "q", key: "a"), finished: 9 * Self.day, waiting: [], nowWallSeconds: 0)
        #expect(ledger.settledUntil == before)
    }

    @Test func aRefusalIsRememberedForADayAndUntilOthersAreTaken() throws {
        var ledger = AlertLedger(nowWallSeconds: 0)
        let job = JobName(queue: "q", key: "a")
        let refusal = RefusedAlerts(receiver: "webhook", job: "q/a", alarms: 2, at: Timestamp.iso8601(10), reason: "no")
        ledger.note(job, finished: 10, waiting: [], refusal: refusal, nowWallSeconds: 10)
        #expect(try DocumentCoding.decode(AlertLedger.self, from: DocumentCoding.encode(ledger)).refused == refusal)
        ledger.note(JobName(queue: "q", key: "b"), finished: 20, waiting: [], nowWallSeconds: Self.day)
        #expect(ledger.refused == refusal, "it is not a day old")
        var newer = refusal
        newer.job = "q/c"
        newer.at = Timestamp.iso8601(30)
        ledger.note(JobName(queue: "q", key: "c"), finished: 30, waiting: [], refusal: newer, nowWallSeconds: Self.day)
        #expect(ledger.refused == newer, "the last one is what is shown")
        ledger.note(JobName(queue: "q", key: "d"), finished: 9, waiting: [], nowWallSeconds: 30 + Self.day)
        #expect(ledger.refused == nil)
    }

    @Test func aLedgerOfAFormerBuildIsRead() throws {
        let json = #"{"settled_until":5,"delivered":{"q/a":7}}"#
        let ledger = try DocumentCoding.decode(AlertLedger.self, from: Array(json.utf8))
        #expect(ledger.contains(JobName(queue: "q", key: "a")) && ledger.refused == nil)
    }

    @Test func aLedgerIsReadBack() throws {
        var ledger = AlertLedger(nowWallSeconds: 0)
        ledger.note(JobName(queue: "q", key: "a"), finished: 10.5, waiting: [], nowWallSeconds: 10.5)
        #expect(try DocumentCoding.decode(AlertLedger.self, from: DocumentCoding.encode(ledger)) == ledger)
    }
}
