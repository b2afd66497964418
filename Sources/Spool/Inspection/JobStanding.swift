/// Where a job, or a file that is to become one, stands.
public enum JobState: String, Sendable, Codable, CaseIterable {
    /// Dropped, and not taken yet.
    case incoming
    /// Taken, and not read yet.
    case claimed
    /// Being copied, hashed and counted.
    case reading
    /// Its shards are computed, or wait for a compute thread.
    case running
    /// Every shard that is left waits for another attempt.
    case deferred
    /// Its results are assembled.
    case publishing
    /// Published with `_SUCCESS`.
    case done
    /// Published with `_FAILED`.
    case failed
    /// Waits for an operator.
    case held
    /// Cannot become a job; an operator moves on from here.
    case quarantined
}

/// What became of a job so far.
public enum JobStanding: Sendable, Equatable {
    /// It is still on its way.
    case underWay(JobState, key: String)
    /// It was published; the record says whether its results may be used.
    case published(DoneRecord)
    /// It waits for an operator; the reason in words.
    case held(key: String, reason: String)
    /// The file was quarantined; the reason in words.
    case quarantined(reason: String)

    /// The key of a job that has its end; nil of one that is under way, and of what became none.
    public var endedKey: String? {
        switch self {
        case .underWay, .quarantined: nil
        case .published(let done): done.job.key
        case .held(let key, _): key
        }
    }
}
