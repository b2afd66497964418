/// The present by each clock that retries count in.
public struct RetryMoment: Sendable, Equatable {
    /// Seconds since 1970, by a clock that may jump.
    public var wallSeconds: Double
    /// Seconds by a clock that does not jump, and begins anew with each boot.
    public var monotonicSeconds: Double
    /// The boot in which `monotonicSeconds` counts.
    public var bootID: String

    /// Creates a moment.
    public init(wallSeconds: Double, monotonicSeconds: Double, bootID: String) {
        self.wallSeconds = wallSeconds
        self.monotonicSeconds = monotonicSeconds
        self.bootID = bootID
    }

    /// Reads the clocks.
    public init(_ time: any TimeSource) {
        self.init(wallSeconds: time.wallSeconds, monotonicSeconds: time.monotonicSeconds, bootID: time.bootID)
    }
}
