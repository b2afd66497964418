/// What one turn left behind.
public struct TurnResult: Sendable, Equatable {
    /// Nothing is in `incoming/` or under way, in any queue that is not stopped.
    public var isIdle: Bool
    /// When the next turn is due at the latest, in seconds; nil where only news can bring work.
    public var waitSeconds: Double?
    /// Whether a pause is on.
    public var isPaused: Bool
}
