/// `state/status.json`: what a running engine was doing a moment ago.
public struct StatusSnapshot: Sendable, Equatable, Codable {
    /// When it was written, seconds since 1970.
    public var writtenWallSeconds: Double
    /// The jobs under way.
    public var jobs: [JobProgress]
    /// Results and errors a second, over the last seconds.
    public var recordsPerSecond: Double
    /// Why everything waits.
    public var pause: String?
    /// Queues that were stopped, with the reasons.
    public var stoppedQueues: [String: String]
    /// Files in `incoming/` that cannot be taken yet, by queue and name, with the reasons; nil in one of an older build.
    public var waitingFiles: [String: [String: String]]?
    /// Threads that answer records; nil in one of an older build.
    public var computeThreads: Int?
    /// Cores that the engine kept busy over the last seconds; nil in one of an older build.
    public var coresBusy: Double?
    /// The last reload, where it was refused.
    public var refusedReload: RefusedReload?

    /// Creates a snapshot.
    public init(
        writtenWallSeconds: Double,
        jobs: [JobProgress],
        recordsPerSecond: Double,
        pause: String?,
        stoppedQueues: [String: String],
        waitingFiles: [String: [String: String]],
        computeThreads: Int? = nil,
        coresBusy: Double? = nil,
        refusedReload: RefusedReload? = nil
    ) {
        self.writtenWallSeconds = writtenWallSeconds
        self.jobs = jobs
        self.recordsPerSecond = recordsPerSecond
        self.pause = pause
        self.stoppedQueues = stoppedQueues
        self.waitingFiles = waitingFiles
        self.computeThreads = computeThreads
        self.coresBusy = coresBusy
        self.refusedReload = refusedReload
    }

    private enum CodingKeys: String, CodingKey {
        case writtenWallSeconds = "written_wall_seconds"
        case jobs
        case recordsPerSecond = "records_per_second"
        case pause
        case stoppedQueues = "stopped_queues"
        case waitingFiles = "waiting_files"
        case computeThreads = "compute_threads"
        case coresBusy = "cores_busy"
        case refusedReload = "refused_reload"
    }
}
