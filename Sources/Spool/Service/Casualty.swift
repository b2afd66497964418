/// A shard that a dead engine was computing.
public struct Casualty: Sendable, Equatable {
    /// The shard as `ShardRun.inFlightName` named it.
    public var shard: InFlightShard
    /// Whether it died on the canary before the shard.
    public var wasCanary: Bool
    /// What killed the engine.
    public var cause: String

    /// Creates a casualty.
    public init(shard: InFlightShard, wasCanary: Bool, cause: String) {
        self.shard = shard
        self.wasCanary = wasCanary
        self.cause = cause
    }
}
