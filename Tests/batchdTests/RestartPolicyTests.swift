import Spool
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

    @Test func limitOnProcessorTimeIsNamedWhereThereIsOne() {
        #expect(EngineDeath.signal(24).words(processorSeconds: 30).contains("by the limit of 30 s on processor time"))
        #expect(EngineDeath.signal(9).words(processorSeconds: 30).contains("by the limit of 30 s on processor time"))
        #expect(EngineDeath.signal(9).words(processorSeconds: nil).hasPrefix("signal 9 (killed: by somebody, or by"))
        #expect(EngineDeath.signal(11).words(processorSeconds: 30) == "signal 11")
        #expect(EngineDeath.advice(processorSeconds: 30).hasPrefix("a process may have 30 s of processor time here"))
        #expect(EngineDeath.advice(processorSeconds: nil).hasPrefix("after signal 9 look for 'out of memory'"))
    }

    @Test func aLongLifeStartsAnew() {
        var policy = RestartPolicy()
        for _ in 0..<4 { _ = policy.engineDied(afterSeconds: 0.1, chargesAttempt: false) }
        #expect(policy.engineDied(afterSeconds: 600, chargesAttempt: false) == .restart(afterSeconds: 1))
    }
}
