import BatchTesting
import Spool
import Testing

@Suite struct SystemTimeSourceTests {
    @Test func theClocksGoForwardInOneBoot() {
        let clock = SystemTimeSource()
        let monotonic = clock.monotonicSeconds
        #expect(clock.wallSeconds > 1_700_000_000)
        #expect(clock.monotonicSeconds >= monotonic)
        #expect(!clock.bootID.isEmpty)
        #expect(clock.bootID == SystemTimeSource().bootID)
    }

    @Test func aManualClockMovesOnlyWhenItIsTurned() {
        let clock = ManualClock(wallSeconds: 100, monotonicSeconds: 10)
        clock.advance(bySeconds: 5)
        clock.jumpWall(bySeconds: -50)
        #expect(clock.wallSeconds == 55)
        #expect(clock.monotonicSeconds == 15)
        let boot = clock.bootID
        clock.reboot()
        #expect(clock.bootID != boot)
        #expect(clock.monotonicSeconds < 15)
    }
}
