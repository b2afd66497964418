public import BatchCore

/// `manifest.json`: the files of a published job, by which anyone can check that they are whole.
public struct Manifest: Sendable, Equatable, Codable {
    /// The version of this format.
    public var version = 1
    /// The job.
    public var job: JobName
    /// The job this one repeats or replays.
    public var parent: ParentJob?
    /// Whether results may be used.
    public var outcome: JobOutcome
    /// The name that was dropped.
    public var source: String
    /// The input.
    public var input: InputSummary
    /// The model.
    public var model: ModelIdentity?
    /// The dialect of the results; nil where there are none, and in a file of a build that knew only the native one.
    public var format: ResultFormat?
    /// Records by what became of them.
    public var records: RecordCounts
    /// Every file but this one.
    public var files: [PublishedFile]

    /// Creates a manifest.
    public init(
        job: JobName,
        parent: ParentJob?,
        outcome: JobOutcome,
        source: String,
        input: InputSummary,
        model: ModelIdentity?,
        format: ResultFormat?,
        records: RecordCounts,
        files: [PublishedFile]
    ) {
        self.job = job
        self.parent = parent
        self.outcome = outcome
        self.source = source
        self.input = input
        self.model = model
        self.format = format
        self.records = records
        self.files = files
    }
}

/// One file of a published job.
public struct PublishedFile: Sendable, Equatable, Codable {
    /// Its name.
    public var name: String
    /// Its size in bytes.
    public var bytes: Int
    /// Its SHA-256.
    public var sha256: String

    /// Creates a description.
    public init(name: String, bytes: Int, sha256: String) {
        self.name = name
        self.bytes = bytes
        self.sha256 = sha256
    }
}

/// `done/KEY`: that a job was published, kept for as long as ETL may drop its file again.
public struct DoneRecord: Sendable, Equatable, Codable {
    /// The job.
    public var job: JobName
    /// The name that was dropped.
    public var source: String
    /// The name of the input in `archive/` or `quarantine/`.
    public var keptAs: String
    /// Whether results may be used.
    public var outcome: JobOutcome
    /// The SHA-256 of the published manifest.
    public var manifestSHA256: String
    /// The published metrics: what reports and monitors know of former nights.
    public var metrics: JobMetrics

    private enum CodingKeys: String, CodingKey {
        case job
        case source
        case keptAs = "kept_as"
        case outcome
        case manifestSHA256 = "manifest_sha256"
        case metrics
    }
}
