/// Finds the batch size that this machine answers fastest, while it works.
///
/// Answers do not depend on the batch, so the first groups of real work double as the measurement: each candidate
/// budget is used in turn, and once each has been seen often enough the one with the best median rate stays. Groups
/// that take long tell more, so fewer are needed, and none is spent on a budget that one of them showed to be slow.
public struct BudgetTuner: Sendable, Equatable {
    /// The budgets that are tried, in tokens.
    public let candidates: [Int]
    /// Groups measured for each candidate before the choice, where groups are short.
    public static let samplesPerCandidate = 5
    /// Groups measured for each candidate where they take `secondsPerCandidate` together; the better one counts.
    public static let longSamplesPerCandidate = 2
    /// Seconds of measuring a candidate in which chance evens out.
    public static let secondsPerCandidate = 0.25
    /// The share of the best rate below which one long group, of half of `secondsPerCandidate`, rules a candidate out.
    public static let hopefulShare = 0.8
    /// The settled budget; nil while tuning.
    public private(set) var chosen: Int?
    private var trials: [Trial]

    /// What is known of one candidate.
    private struct Trial: Sendable, Equatable {
        var turns = 0
        var rates: [Double] = []
        var seconds = 0.0

        var medianRate: Double {
            let sorted = rates.sorted()
            return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
        }

        var isMeasured: Bool {
            rates.count >= samplesPerCandidate
                || rates.count >= longSamplesPerCandidate && seconds >= secondsPerCandidate
        }
    }

    /// Creates a tuner.
    ///
    /// - Parameters:
    ///   - candidates: Budgets in tokens, not empty.
    ///   - chosen: A budget found earlier on this machine for this model.
    public init(candidates: [Int], chosen: Int? = nil) {
        precondition(!candidates.isEmpty, "there is a budget to choose from")
        self.candidates = candidates
        self.chosen = chosen
        trials = [Trial](repeating: Trial(), count: candidates.count)
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
        let best = bestRate
        let hopeful = trials.indices.filter { !isRuledOut(trials[$0], bestRate: best) }
        let next = hopeful.min { trials[$0].turns < trials[$1].turns } ?? 0
        trials[next].turns += 1
        return candidates[next]
    }

    /// The budget to use where nothing has been measured yet: the middle candidate.
    public var settledOrDefault: Int { chosen ?? candidates[candidates.count / 2] }

    /// Takes in what a group cost.
    ///
    /// - Parameter cost: The group's tokens and seconds.
    /// - Returns: The budget, when this measurement settled it.
    public mutating func record(_ cost: GroupCost) -> Int? {
        guard chosen == nil, cost.seconds > 0, let index = candidates.firstIndex(of: cost.budgetTokens),
            // A group that does not fill one batch says nothing about its size.
            cost.tokens >= cost.budgetTokens
        else { return nil }
        trials[index].rates.append(Double(cost.tokens) / cost.seconds)
        trials[index].seconds += cost.seconds
        let best = bestRate
        guard trials.allSatisfy({ $0.isMeasured || isRuledOut($0, bestRate: best) }) else { return nil }
        chosen = trials.firstIndex { $0.medianRate == best }.map { candidates[$0] }
        return chosen
    }

    private var bestRate: Double { trials.map(\.medianRate).max() ?? 0 }

    private func isRuledOut(_ trial: Trial, bestRate: Double) -> Bool {
        trial.seconds >= Self.secondsPerCandidate / 2 && trial.medianRate < Self.hopefulShare * bestRate
    }
}
