/// When a failed shard is tried again, and when it no longer is.
///
/// Delays grow exponentially with full jitter, so that shards that failed together do not return together
/// (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
public struct RetryPolicy: Sendable, Equatable {
    /// Failures of one range of records before its job is held.
    public var attemptsMaximum: Int
    /// The upper bound of the first delay, in seconds.
    public var baseSeconds: Double
    /// The upper bound of every delay, in seconds.
    public var capSeconds: Double
    /// How long after its first failure a shard may still be tried, in seconds.
    public var deadlineSeconds: Double
    /// How long one batch group may compute before the watchdog ends it, in seconds.
    public var shardTimeoutSeconds: Double

    /// Creates a policy; the defaults are those of `queue.yaml`.
    public init(
        attemptsMaximum: Int = 8,
        baseSeconds: Double = 5,
        capSeconds: Double = 15 * 60,
        deadlineSeconds: Double = 24 * 3600,
        shardTimeoutSeconds: Double = 10 * 60
    ) {
        self.attemptsMaximum = attemptsMaximum
        self.baseSeconds = baseSeconds
        self.capSeconds = capSeconds
        self.deadlineSeconds = deadlineSeconds
        self.shardTimeoutSeconds = shardTimeoutSeconds
    }

    /// The least delay, in seconds: a second, or the base where that is shorter.
    public var floorSeconds: Double { min(1, baseSeconds) }

    /// How long to wait after the `failures`-th failure of a range, uniformly between the floor and
    /// `min(cap, base · 2ⁿ)`.
    ///
    /// - Parameters:
    ///   - failures: Failures so far, at least 1.
    ///   - random: The source of jitter.
    /// - Returns: The delay in seconds.
    public func delaySeconds(afterFailures failures: Int, using random: inout some RandomNumberGenerator) -> Double {
        // Past 2^30 the cap has long been reached; the bound keeps the shift from overflowing.
        let exponent = min(max(failures - 1, 0), 30)
        let upper = min(capSeconds, baseSeconds * Double(1 << exponent))
        return Double.random(in: min(floorSeconds, upper)...upper, using: &random)
    }
}
