/// What is known of one shard that has failed, and what to try next.
///
/// A pure fold over the journal (`attempts.log`), so that a kill at any instant loses nothing: the whole shard is
/// tried again a few times, then halved until each record that fails alone stands by itself. Halves are only
/// probed; once every range is cleared or poisoned, the shard runs as a whole without its poison records.
public struct ShardTrial: Sendable, Equatable {
    /// Failures of the whole shard after which it is bisected.
    public static let failuresBeforeBisecting = 2
    /// Failures of one record alone, each with a passing canary, that make it poison.
    public static let failuresThatPoison = 3

    /// The number of records (good or bad lines) of the shard.
    public let recordCount: Int
    /// Ordinals of records that are known to be poison, with how often each failed alone.
    public private(set) var poison: [Int: Int] = [:]
    /// All attempts that were charged to this shard.
    public private(set) var attempts = 0
    /// The first failure, from which the deadline counts.
    public private(set) var firstFailure: AttemptEntry?
    /// The last failure, from which the next due time follows.
    public private(set) var lastFailure: AttemptEntry?
    private var failuresOfRange: [Range<Int>: Int] = [:]
    private var canaryFailures = 0
    private var open: [Range<Int>] = []
    private var bisecting = false
    private var poisonBeforeBisecting = 0
    /// Bisections, one after the other, that found nothing: every range passes, and the whole still fails.
    private var fruitlessBisections = 0
    private static let fruitlessBisectionsMaximum = 2

    /// Creates the trial of a shard that has not failed yet.
    public init(recordCount: Int) {
        self.recordCount = recordCount
    }

    /// Creates the trial that a journal tells of.
    public init(recordCount: Int, entries: some Sequence<AttemptEntry>) {
        self.init(recordCount: recordCount)
        for entry in entries { record(entry) }
    }

    /// Takes in one journalled attempt.
    public mutating func record(_ entry: AttemptEntry) {
        switch entry.outcome {
        case .passed:
            open.removeAll { $0 == entry.range }
            endBisectionIfResolved()
        case .canaryFailed:
            note(failure: entry)
            canaryFailures += 1
        case .failed:
            note(failure: entry)
            canaryFailures = 0
            fail(entry.range)
        }
    }

    /// How often the range that failed last has failed; the exponent of the next delay.
    public var failuresOfLastRange: Int {
        guard let lastFailure else { return 0 }
        return max(canaryFailures, failuresOfRange[lastFailure.range] ?? 0, 1)
    }

    /// What to do next.
    ///
    /// - Parameters:
    ///   - policy: The queue's retry policy.
    ///   - now: The present.
    /// - Returns: The step; due times are the caller's business.
    public func nextStep(policy: RetryPolicy, at now: RetryMoment) -> TrialStep {
        if let firstFailure, firstFailure.elapsedSeconds(at: now) > policy.deadlineSeconds {
            return .hold("not answered within \(Int(policy.deadlineSeconds)) s of its first failure")
        }
        if canaryFailures >= policy.attemptsMaximum {
            return .hold("the model failed \(canaryFailures) times on a known-good text")
        }
        if let count = failuresOfRange.values.max(), count >= policy.attemptsMaximum {
            return .hold("failed \(count) times")
        }
        if fruitlessBisections >= Self.fruitlessBisectionsMaximum && open.isEmpty {
            return .hold("fails as a whole, though each of its records passes alone")
        }
        guard let range = open.first else { return .run(skipping: poison) }
        return .probe(range, alone: range.count == 1)
    }

    private mutating func note(failure entry: AttemptEntry) {
        attempts += 1
        lastFailure = entry
        if firstFailure == nil { firstFailure = entry }
    }

    private mutating func fail(_ range: Range<Int>) {
        failuresOfRange[range, default: 0] += 1
        let failures = failuresOfRange[range] ?? 1
        if range.count <= 1 {
            failAlone(range, failures: failures)
        } else if bisecting {
            open.removeAll { $0 == range }
            split(range)
        } else if failures >= Self.failuresBeforeBisecting {
            bisecting = true
            // The count starts anew: a later failure of the whole shard is another poison record's.
            failuresOfRange[range] = 0
            split(range)
        }
        endBisectionIfResolved()
    }

    private mutating func failAlone(_ range: Range<Int>, failures: Int) {
        if !bisecting {
            // A shard of one record failed in an ordinary run, without a canary before it: that proves nothing yet.
            bisecting = true
            failuresOfRange[range] = 0
            open = [range]
        } else if failures >= Self.failuresThatPoison {
            poison[range.lowerBound] = failures
            failuresOfRange[range] = nil
            open.removeAll { $0 == range }
        } else if !open.contains(range) {
            open.insert(range, at: 0)
        }
    }

    private mutating func split(_ range: Range<Int>) {
        let middle = range.lowerBound + range.count / 2
        open.insert(contentsOf: [range.lowerBound..<middle, middle..<range.upperBound], at: 0)
        open.removeAll { half in half.allSatisfy { poison[$0] != nil } }
    }

    private mutating func endBisectionIfResolved() {
        guard open.isEmpty, bisecting else { return }
        bisecting = false
        fruitlessBisections = poison.count == poisonBeforeBisecting ? fruitlessBisections + 1 : 0
        poisonBeforeBisecting = poison.count
    }
}

/// What a shard's trial asks for.
public enum TrialStep: Sendable, Equatable {
    /// Run the whole shard, with these records as poison (ordinal: failures alone).
    case run(skipping: [Int: Int])
    /// Try a range of records without writing results; alone, a canary goes first.
    case probe(Range<Int>, alone: Bool)
    /// Give up and keep the job for an operator; the reason in words.
    case hold(String)
}
