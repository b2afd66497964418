import Spool
import Testing

@testable import batchd

@Suite struct ServiceReportTests {
    private static let second: Int64 = 1_000_000_000
    private var report = ServiceReport(watchdogNanoseconds: 600 * second)

    private func note(at seconds: Int64, isReady: Bool = true, reloads: Int = 0, _ status: String = "a") -> KeeperNote {
        KeeperNote(beatNanoseconds: seconds * Self.second, isReady: isReady, reloads: reloads, status: status)
    }

    private mutating func told(_ note: KeeperNote, at seconds: Int64) -> [String] {
        report.keeperSaid(note, now: seconds * Self.second)
    }

    @Test mutating func aRecoveryThatGoesOnIsGivenTimeAndOneThatHangsIsNot() {
        #expect(told(note(at: 1, isReady: false), at: 1) == ["EXTEND_TIMEOUT_USEC=600000000", "STATUS=a"])
        #expect(told(note(at: 7, isReady: false), at: 7) == ["EXTEND_TIMEOUT_USEC=600000000"])
        #expect(told(note(at: 7, isReady: false), at: 99) == [])
    }

    @Test mutating func readinessIsToldOnce() {
        #expect(told(note(at: 1), at: 1) == ["READY=1", "WATCHDOG=1", "STATUS=a"])
        #expect(told(note(at: 2), at: 2) == [])
    }

    @Test mutating func theWatchdogHearsOfAKeeperThatGoesOnAndOfNoOther() {
        _ = told(note(at: 1), at: 1)
        for now in stride(from: Int64(6), to: 60, by: 5) { #expect(told(note(at: now), at: now) == ["WATCHDOG=1"]) }
        for now in stride(from: Int64(61), to: 900, by: 5) { #expect(told(note(at: 56), at: now) == []) }
        #expect(told(note(at: 901), at: 901) == ["WATCHDOG=1"])
    }

    @Test mutating func aShortWatchdogIsToldOftener() {
        report = ServiceReport(watchdogNanoseconds: 8 * Self.second)
        #expect(report.beatNanoseconds == 2 * Self.second)
        _ = told(note(at: 1), at: 1)
        #expect(told(note(at: 3), at: 3) == ["WATCHDOG=1"])
    }

    @Test mutating func aLineThatChangesAllTheTimeIsToldEveryFewSeconds() {
        _ = told(note(at: 1), at: 1)
        #expect(told(note(at: 1, "b"), at: 3) == [])
        #expect(told(note(at: 1, "c"), at: 6) == ["STATUS=c"])
    }

    @Test mutating func aReloadIsOverOnceTheKeeperHasDoneIt() {
        #expect(report.reloads(after: note(at: 1), monotonicMicroseconds: 7) == [])
        _ = told(note(at: 1), at: 1)
        #expect(report.reloads(after: note(at: 1), monotonicMicroseconds: 7) == ["RELOADING=1", "MONOTONIC_USEC=7"])
        #expect(!told(note(at: 2), at: 2).contains("READY=1"))
        #expect(told(note(at: 3, reloads: 1), at: 3).contains("READY=1"))
        #expect(!told(note(at: 4, reloads: 1), at: 4).contains("READY=1"))
    }

    @Test mutating func aWaitForAMendedConfigurationFeedsTheWatchdogAndEndsTheReload() {
        _ = told(note(at: 1), at: 1)
        #expect(report.waits(because: "a", now: 2 * Self.second) == ["STATUS=a", "WATCHDOG=1"])
        #expect(report.pauses(now: 3 * Self.second) == [])
        #expect(report.pauses(now: 7 * Self.second) == ["WATCHDOG=1"])
        _ = report.reloads(after: note(at: 1), monotonicMicroseconds: 7)
        report.engineStarts()
        #expect(report.waits(because: "a", now: 8 * Self.second) == ["READY=1", "STATUS=a", "WATCHDOG=1"])
        #expect(report.waits(because: "a", now: 9 * Self.second) == ["STATUS=a", "WATCHDOG=1"])
    }

    @Test mutating func anEngineThatDiesWhileItReloadsIsFollowedByOneThatHas() {
        _ = told(note(at: 1), at: 1)
        _ = report.reloads(after: note(at: 1), monotonicMicroseconds: 7)
        #expect(
            report.engineDied("signal 9", now: 2 * Self.second)
                == ["STATUS=the engine died (signal 9) and is started again", "WATCHDOG=1"]
        )
        report.engineStarts()
        #expect(!told(note(at: 3, isReady: false), at: 3).contains("READY=1"))
        #expect(told(note(at: 4), at: 4).contains("READY=1"))
    }

    @Test mutating func aNewEngineIsHeardAlsoWhereTheFormerOneHadSaidMore() {
        _ = told(note(at: 1), at: 1)
        report.engineStarts()
        #expect(told(note(at: 9, isReady: false, "recovering"), at: 9) == ["WATCHDOG=1", "STATUS=recovering"])
    }
}
