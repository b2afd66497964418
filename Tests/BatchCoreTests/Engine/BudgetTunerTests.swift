import BatchCore
import Testing

@Suite struct BudgetTunerTests {
    @Test func theFastestBudgetStays() {
        var tuner = BudgetTuner(candidates: [100, 200, 400])
        var settled: Int?
        for _ in 0..<15 {
            let budget = tuner.nextBudget()
            let seconds = budget == 200 ? 1.0 : 2.0
            settled = tuner.record(GroupCost(budgetTokens: budget, tokens: 1_000, seconds: seconds)) ?? settled
        }
        #expect(settled == 200)
        #expect(tuner.nextBudget() == 200)
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
