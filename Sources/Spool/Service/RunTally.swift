/// How many jobs ended since the start, by how.
public struct RunTally: Sendable, Equatable {
    /// Published with `_SUCCESS`.
    public var succeeded = 0
    /// Published with `_FAILED`.
    public var failed = 0
    /// Moved to `quarantine/` without being published, or left in `incoming/` for want of permission to move it.
    public var quarantined = 0
    /// Moved to `hold/`.
    public var held = 0
    /// Archived because their content had been answered before.
    public var duplicates = 0
}
