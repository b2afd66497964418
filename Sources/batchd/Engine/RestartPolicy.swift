/// Decides whether, and after what pause, a dead engine is started again.
///
/// A death that charges a shard is progress: attempts are counted, and end. All others could go on without end.
struct RestartPolicy {
    /// Fruitless deaths, none of them after a long life, at which the parent gives up.
    static let fruitlessDeathsMaximum = 5
    /// A life after which former deaths count no more, in seconds.
    static let longLifeSeconds = 600.0
    /// The pause after the first fruitless death, in seconds; each further one doubles it.
    static let firstPauseSeconds = 1.0

    /// What to do after a death.
    enum Verdict: Equatable {
        /// Start again after so many seconds.
        case restart(afterSeconds: Double)
        /// It would not get better.
        case giveUp
    }

    private(set) var fruitlessDeaths = 0

    /// Notes a death.
    ///
    /// - Parameters:
    ///   - seconds: How long the engine had lived.
    ///   - chargesAttempt: Whether what it had in flight will be charged with an attempt.
    /// - Returns: What to do.
    mutating func engineDied(afterSeconds seconds: Double, chargesAttempt: Bool) -> Verdict {
        if seconds >= Self.longLifeSeconds { fruitlessDeaths = 0 }
        if chargesAttempt { return .restart(afterSeconds: 0) }
        fruitlessDeaths += 1
        if fruitlessDeaths >= Self.fruitlessDeathsMaximum { return .giveUp }
        let doublings = Double(1 << (fruitlessDeaths - 1))
        return .restart(afterSeconds: Self.firstPauseSeconds * doublings)
    }
}
