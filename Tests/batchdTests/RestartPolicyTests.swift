import Testing

@testable import batchd

@Suite struct RestartPolicyTests {
    @Test func fruitlessDeathsWaitLongerEachTimeAndEnd() {
        var policy = RestartPolicy()
        let verdicts = (1...5).map { _ in policy.engineDied(afterSeconds: 0.1, chargesAttempt: false) }
        #expect(
            verdicts == [1, 2, 4, 8].map { .restart(afterSeconds: $0) } + [.giveUp]
        )
    }

    @Test func chargedDeathsAreCountedByTheirAttempts() {
        var policy = RestartPolicy()
        for _ in 0..<100 {
            #expect(policy.engineDied(afterSeconds: 0.1, chargesAttempt: true) == .restart(afterSeconds: 0))
        }
    }

    @Test func chargedDeathsDoNotHideTheOthers() {
        var policy = RestartPolicy()
        for _ in 0..<4 {
            _ = policy.engineDied(afterSeconds: 0.1, chargesAttempt: false)
            _ = policy.engineDied(afterSeconds: 0.1, chargesAttempt: true)
        }
        #expect(policy.engineDied(afterSeconds: 0.1, chargesAttempt: false) == .giveUp)
    }

    @Test func aLongLifeStartsAnew() {
        var policy = RestartPolicy()
        for _ in 0..<4 { _ = policy.engineDied(afterSeconds: 0.1, chargesAttempt: false) }
        #expect(policy.engineDied(afterSeconds: 600, chargesAttempt: false) == .restart(afterSeconds: 1))
    }
}
