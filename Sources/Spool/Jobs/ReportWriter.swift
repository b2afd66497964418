public import BatchCore

/// Makes the page that people open, `report.html`, out of what a job brought.
///
/// What it looks like is no business of the spool, which only gives it a place among the published files.
public protocol ReportWriter: Sendable {
    /// Makes the page.
    ///
    /// - Parameter job: What is known of the job and of those before it.
    /// - Returns: The file's content.
    /// - Throws: Where it cannot be made; the job is then published without it.
    func page(on job: ReportedJob) throws -> [UInt8]
}

/// What a report on a job can be made from.
public struct ReportedJob: Sendable {
    /// What it brought and cost.
    public var metrics: JobMetrics
    /// The name that was dropped.
    public var source: String
    /// The job it repeats or replays.
    public var parent: ParentJob?
    /// The first records of each error code, by code and line.
    public var failureSamples: [FailureSample]
    /// The queue's finished jobs, this one not among them.
    public var history: QueueHistory
    /// The queue's monitors.
    public var monitors: [MonitorDefinition] = []

    /// Creates the material of a report.
    public init(
        metrics: JobMetrics,
        source: String,
        parent: ParentJob?,
        failureSamples: [FailureSample],
        history: QueueHistory
    ) {
        self.metrics = metrics
        self.source = source
        self.parent = parent
        self.failureSamples = failureSamples
        self.history = history
    }
}
