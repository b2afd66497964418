import BatchCore
import Testing

@Suite struct BudgetTunerTests {
    @Test func theFastestBudgetStays() {
        var tuner = BudgetTuner(candidates: [100, 200, 400])
        var settled: Int?
        for group in 1...15 {
            let budget = tuner.nextBudget()
            let seconds = budget == 200 ? 0.01 : 0.02
            settled = tuner.record(GroupCost(budgetTokens: budget, tokens: 1_000, seconds: seconds)) ?? settled
            #expect((settled == nil) == (group < 15), "after \(group) groups")
        }
        #expect(settled == 200)
        #expect(tuner.nextBudget() == 200)
    }

    /// Feeds groups of so many seconds at the best budget until the tuner has settled.
    private func groupsUntilSettled(_ tuner: inout BudgetTuner, seconds: (Int, Int) -> Double) -> Int {
        for group in 1...100 {
            let budget = tuner.nextBudget()
            let cost = GroupCost(budgetTokens: budget, tokens: 10_000, seconds: seconds(budget, group))
            if tuner.record(cost) != nil { return group }
        }
        return .max
    }

    @Test(arguments: [0.13, 0.3, 4, 100])
    func slowGroupsSettleItWithinTwelve(seconds: Double) {
        var tuner = BudgetTuner(candidates: [32, 64, 128, 256, 512])
        let groups = groupsUntilSettled(&tuner) { budget, _ in budget == 128 ? seconds : seconds * 1.05 }
        #expect(groups == 10)
        #expect(tuner.chosen == 128)
    }

    @Test func aBudgetThatOneSlowGroupRulesOutIsNotTriedAgain() {
        var tuner = BudgetTuner(candidates: [32, 64, 128, 256, 512])
        var tried: [Int: Int] = [:]
        let groups = groupsUntilSettled(&tuner) { budget, _ in
            tried[budget, default: 0] += 1
            return [32: 9.0, 64: 4.1, 128: 4, 256: 5.5, 512: 8][budget] ?? 0
        }
        #expect(tuner.chosen == 128)
        #expect(groups <= 8)
        #expect(tried[64] == 2 && tried[128] == 2 && tried[512] == 1)
    }

    @Test func oneDisturbedSlowGroupDoesNotDecide() {
        var tuner = BudgetTuner(candidates: [32, 64, 128])
        // The best budget is held up in its first group, by less than would rule it out.
        _ = groupsUntilSettled(&tuner) { budget, group in
            budget == 128 ? (group <= 3 ? 4.6 : 4) : 4.4
        }
        #expect(tuner.chosen == 128)
    }

    @Test func groupsUnderWayOnOtherThreadsCountWhenTheyComeBack() {
        var tuner = BudgetTuner(candidates: [32, 64, 128, 256, 512])
        let handedOut = (0..<16).map { _ in tuner.nextBudget() }
        let times = Set([32, 64, 128, 256, 512].map { budget in handedOut.count { $0 == budget } })
        #expect(times == [3, 4])
        var settled: Int?
        for budget in handedOut {
            let cost = GroupCost(budgetTokens: budget, tokens: 10_000, seconds: budget == 256 ? 1 : 1.1)
            settled = tuner.record(cost) ?? settled
        }
        #expect(settled == 256)
    }

    @Test func groupsTooSmallToTellAreIgnored() {
        var tuner = BudgetTuner(candidates: [100])
        for _ in 0..<50 {
            #expect(tuner.record(GroupCost(budgetTokens: 100, tokens: 99, seconds: 1)) == nil)
        }
        #expect(tuner.chosen == nil)
    }

    @Test func aModelWithoutScratchGetsBudgetsUpToHalfTheCache() {
        let budgets = BudgetTuner.candidates(cacheBytes: 512 << 10, bytesPerToken: 4)
        #expect(budgets == [4096, 8192, 16_384, 32_768, 65_536])
    }

    @Test(arguments: [(512 << 10, 20_000), (512 << 10, 60_000), (2 << 20, 60_000), (1, 1 << 40), (4096, 0)])
    func budgetsAreNeverTooSmallToBeWorthwhile(cacheBytes: Int, bytesPerToken: Int) {
        let budgets = BudgetTuner.candidates(cacheBytes: cacheBytes, bytesPerToken: bytesPerToken)
        #expect(budgets.first.map { $0 >= 32 } == true)
        #expect(zip(budgets, budgets.dropFirst()).allSatisfy { $0 * 2 == $1 })
        if bytesPerToken > 1000 { #expect(budgets == [32, 64, 128, 256, 512]) }
    }
}
