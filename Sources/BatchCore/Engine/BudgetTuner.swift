/// Finds the batch size that this machine answers fastest, while it works.
///
/// Answers do not depend on the batch, so the first groups of real work double as the measurement: each candidate
/// budget is used in turn, and once each has been seen often enough the one with the best median rate stays.
public struct BudgetTuner: Sendable, Equatable {
    /// The budgets that are tried, in tokens.
    public let candidates: [Int]
    /// Groups measured for each candidate before the choice.
    public static let samplesPerCandidate = 5
    /// The settled budget; nil while tuning.
    public private(set) var chosen: Int?
    private var rates: [Int: [Double]] = [:]
    private var turn = 0

    /// Creates a tuner.
    ///
    /// - Parameters:
    ///   - candidates: Budgets in tokens, not empty.
    ///   - chosen: A budget found earlier on this machine for this model.
    public init(candidates: [Int], chosen: Int? = nil) {
        precondition(!candidates.isEmpty, "there is a budget to choose from")
        self.candidates = candidates
        self.chosen = chosen
    }

    /// The smallest budget that is tried, in tokens: below it kernels spend more on their edges than caches save.
    public static let tokensMinimum = 32

    /// Budgets up to the one whose tokens fill half of a core's second-level cache.
    ///
    /// Where a token occupies so much that this would be a handful, the smallest budget is `tokensMinimum` and the
    /// largest sixteen times that: the activations then leave the cache, and how much that matters is measured.
    ///
    /// - Parameters:
    ///   - cacheBytes: The size of the cache.
    ///   - bytesPerToken: What a token occupies while its batch is computed.
    /// - Returns: Five budgets, each twice the one before.
    public static func candidates(cacheBytes: Int, bytesPerToken: Int) -> [Int] {
        let smallest = max(cacheBytes / 2 / max(bytesPerToken, 1) / 16, tokensMinimum)
        return [smallest, smallest * 2, smallest * 4, smallest * 8, smallest * 16]
    }

    /// The budget for the next group.
    public mutating func nextBudget() -> Int {
        if let chosen { return chosen }
        turn += 1
        return candidates[turn % candidates.count]
    }

    /// The budget to use where nothing has been measured yet: the middle candidate.
    public var settledOrDefault: Int { chosen ?? candidates[candidates.count / 2] }

    /// Takes in what a group cost.
    ///
    /// - Parameter cost: The group's tokens and seconds.
    /// - Returns: The budget, when this measurement settled it.
    public mutating func record(_ cost: GroupCost) -> Int? {
        guard chosen == nil, cost.seconds > 0, candidates.contains(cost.budgetTokens),
            // A group that does not fill one batch says nothing about its size.
            cost.tokens >= cost.budgetTokens
        else { return nil }
        rates[cost.budgetTokens, default: []].append(Double(cost.tokens) / cost.seconds)
        guard candidates.allSatisfy({ (rates[$0]?.count ?? 0) >= Self.samplesPerCandidate }) else { return nil }
        chosen = candidates.max { median($0) < median($1) }
        return chosen
    }

    private func median(_ candidate: Int) -> Double {
        let sorted = (rates[candidate] ?? []).sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
}
