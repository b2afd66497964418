/// One line of `attempts.log`: an attempt that was charged to a shard, or a probe that passed.
public struct AttemptEntry: Sendable, Equatable, Codable {
    /// How an attempt ended.
    public enum Outcome: String, Sendable, Codable {
        /// The range failed: its worker threw, died or hung.
        case failed
        /// The range was answered.
        case passed
        /// The known-good text before it failed, so the range is not to blame.
        case canaryFailed = "canary_failed"
    }

    /// The shard's index in its job.
    public var shard: Int
    /// The first record of the range, an ordinal within the shard.
    public var first: Int
    /// The number of records of the range.
    public var count: Int
    /// How it ended.
    public var outcome: Outcome
    /// What was seen: "signal 11", "no answer within 600 s", an error's text.
    public var cause: String
    /// When, seconds since 1970.
    public var wallSeconds: Double
    /// How long to wait before the next attempt, in seconds.
    public var delaySeconds: Double
    /// The boot in which `dueMonotonicSeconds` counts.
    public var bootID: String
    /// When the next attempt is due by the monotonic clock of that boot, in seconds.
    public var dueMonotonicSeconds: Double

    /// Creates an entry.
    public init(
        shard: Int,
        range: Range<Int>,
        outcome: Outcome,
        cause: String,
        wallSeconds: Double,
        delaySeconds: Double,
        bootID: String,
        dueMonotonicSeconds: Double
    ) {
        self.shard = shard
        self.first = range.lowerBound
        self.count = range.count
        self.outcome = outcome
        self.cause = cause
        self.wallSeconds = wallSeconds
        self.delaySeconds = delaySeconds
        self.bootID = bootID
        self.dueMonotonicSeconds = dueMonotonicSeconds
    }

    /// The range of ordinals within the shard.
    public var range: Range<Int> { first..<first + max(count, 0) }

    /// How long ago the attempt ended.
    ///
    /// Within one boot the monotonic clock decides, so that a clock jump does not use up a deadline.
    ///
    /// - Parameter now: The present.
    /// - Returns: Seconds; negative after a reboot with a clock that went back.
    public func elapsedSeconds(at now: RetryMoment) -> Double {
        guard now.bootID == bootID else { return now.wallSeconds - wallSeconds }
        return now.monotonicSeconds - (dueMonotonicSeconds - delaySeconds)
    }

    /// How long the shard still has to wait.
    ///
    /// Within one boot the monotonic clock decides, which no clock jump touches. After a reboot the wall clock is
    /// all there is; a jump then costs at most one full delay.
    ///
    /// - Parameters:
    ///   - wallSeconds: The wall time now.
    ///   - monotonicSeconds: The monotonic time now.
    ///   - bootID: The present boot.
    /// - Returns: Seconds, 0 when due.
    public func remainingSeconds(wallSeconds: Double, monotonicSeconds: Double, bootID: String) -> Double {
        let remaining =
            bootID == self.bootID
            ? dueMonotonicSeconds - monotonicSeconds
            : self.wallSeconds + delaySeconds - wallSeconds
        return min(max(remaining, 0), delaySeconds)
    }

    private enum CodingKeys: String, CodingKey {
        case shard
        case first
        case count
        case outcome
        case cause
        case wallSeconds = "wall_seconds"
        case delaySeconds = "delay_seconds"
        case bootID = "boot_id"
        case dueMonotonicSeconds = "due_monotonic_seconds"
    }
}
