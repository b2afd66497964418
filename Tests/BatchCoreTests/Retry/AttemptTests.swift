import BatchCore
import BatchTesting
import Testing

private func entry(
    _ range: Range<Int>,
    _ outcome: AttemptEntry.Outcome,
    wallSeconds: Double = 0
) -> AttemptEntry {
    AttemptEntry(
        shard: 0,
        range: range,
        outcome: outcome,
        cause: "a test",
        wallSeconds: wallSeconds,
        delaySeconds: 10,
        bootID: "boot-1",
        dueMonotonicSeconds: 1_010
    )
}

@Suite struct ShardTrialTests {
    let policy = RetryPolicy()

    private func step(_ entries: [AttemptEntry], records: Int = 8, wallSeconds: Double = 1) -> TrialStep {
        // After a reboot, when the wall clock is all there is.
        let now = RetryMoment(wallSeconds: wallSeconds, monotonicSeconds: 0, bootID: "boot-2")
        return ShardTrial(recordCount: records, entries: entries).nextStep(policy: policy, at: now)
    }

    @Test func aShardIsTriedAgainAsAWholeFirst() {
        #expect(step([entry(0..<8, .failed)]) == .run(skipping: [:]))
    }

    @Test(arguments: [-3e9, -2_592_000, 2_592_000, 3e9]) func aClockJumpUsesUpNoDeadline(seconds: Double) {
        let trial = ShardTrial(recordCount: 8, entries: [entry(0..<8, .failed)])
        func step(afterSeconds elapsed: Double) -> TrialStep {
            let now = RetryMoment(wallSeconds: seconds, monotonicSeconds: 1_000 + elapsed, bootID: "boot-1")
            return trial.nextStep(policy: policy, at: now)
        }
        #expect(step(afterSeconds: 20) == .run(skipping: [:]))
        guard case .hold = step(afterSeconds: 1 + 24 * 3600) else {
            Issue.record("24 hours after its first failure a job is held")
            return
        }
    }

    @Test func theSecondFailureHalvesIt() {
        #expect(step([entry(0..<8, .failed), entry(0..<8, .failed)]) == .probe(0..<4, alone: false))
    }

    @Test func aPassedHalfLeavesTheOther() {
        let entries = [entry(0..<8, .failed), entry(0..<8, .failed), entry(0..<4, .passed)]
        #expect(step(entries) == .probe(4..<8, alone: false))
    }

    @Test func aRecordIsPoisonAfterThreeFailuresAlone() {
        let whole = [entry(0..<2, .failed), entry(0..<2, .failed)]
        let alone = [entry(0..<1, .failed), entry(0..<1, .failed), entry(0..<1, .failed)]
        #expect(step(whole, records: 2) == .probe(0..<1, alone: true))
        #expect(step(whole + alone.prefix(2), records: 2) == .probe(0..<1, alone: true))
        #expect(step(whole + alone, records: 2) == .probe(1..<2, alone: true))
        #expect(step(whole + alone + [entry(1..<2, .passed)], records: 2) == .run(skipping: [0: 3]))
    }

    @Test func aFailingCanaryBlamesNoRecord() {
        let whole = [entry(0..<1, .failed)]
        let canaries = Array(repeating: entry(0..<1, .canaryFailed), count: 7)
        #expect(step(whole + canaries, records: 1) == .probe(0..<1, alone: true))
        guard case .hold = step(whole + canaries + [entry(0..<1, .canaryFailed)], records: 1) else {
            Issue.record("eight failures on a known-good text hold the job")
            return
        }
    }

    @Test func theDeadlineCountsFromTheFirstFailure() {
        let entries = [entry(0..<8, .failed, wallSeconds: 100)]
        #expect(step(entries, wallSeconds: 100 + 24 * 3600) == .run(skipping: [:]))
        guard case .hold = step(entries, wallSeconds: 101 + 24 * 3600) else {
            Issue.record("past the deadline the job is held")
            return
        }
    }
}

@Suite struct RetryPolicyTests {
    @Test func delaysStayBetweenTheFloorAndTheGrowingBound() {
        let policy = RetryPolicy(baseSeconds: 5, capSeconds: 900)
        var random = SplitMix64(seed: 3)
        for failures in 1...64 {
            let bound = min(900, 5 * Double(1 << min(failures - 1, 30)))
            for _ in 0..<20 {
                let delay = policy.delaySeconds(afterFailures: failures, using: &random)
                #expect((1...bound).contains(delay))
            }
        }
    }

    @Test func aBaseBelowASecondIsItsOwnFloor() {
        let policy = RetryPolicy(baseSeconds: 0.01, capSeconds: 0.05)
        var random = SplitMix64(seed: 4)
        #expect(policy.delaySeconds(afterFailures: 1, using: &random) == 0.01)
        #expect((0.01...0.05).contains(policy.delaySeconds(afterFailures: 9, using: &random)))
    }
}

@Suite struct AttemptEntryTests {
    let failed = entry(0..<8, .failed, wallSeconds: 5_000)

    @Test func aWallClockJumpChangesNothingInOneBoot() {
        for wall in [0.0, 5_004, 1e9] {
            #expect(failed.remainingSeconds(wallSeconds: wall, monotonicSeconds: 1_004, bootID: "boot-1") == 6)
        }
    }

    @Test func afterARebootTheWallClockDecides() {
        #expect(failed.remainingSeconds(wallSeconds: 5_004, monotonicSeconds: 1, bootID: "boot-2") == 6)
        #expect(failed.remainingSeconds(wallSeconds: 9_999, monotonicSeconds: 1, bootID: "boot-2") == 0)
    }

    @Test func aJumpBackOverARebootCostsOneDelayAtMost() {
        #expect(failed.remainingSeconds(wallSeconds: 0, monotonicSeconds: 1, bootID: "boot-2") == 10)
    }
}
