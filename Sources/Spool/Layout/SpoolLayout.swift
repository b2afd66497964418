public import SystemPackage

/// Where everything lies below a root. No other code knows paths.
public enum SpoolLayout {
    /// The daemon's configuration; its presence makes a directory a root.
    public static let daemonConfiguration = FilePath("batchd.yaml")
    /// The lock that one daemon holds.
    public static let lock = FilePath("lock")
    /// All queues.
    public static let spool = FilePath("spool")
    /// All results.
    public static let outbox = FilePath("outbox")
    /// The models that were added.
    public static let models = FilePath("models")
    /// What commands ask of the daemon that runs.
    public static let control = FilePath("control")
    /// What the daemon keeps for itself.
    public static let state = FilePath("state")
    /// Space to let go of when the disk is full.
    public static let ballast = FilePath("state/ballast")
    /// The metrics for Prometheus' node exporter.
    public static let metricsTextfile = FilePath("state/batchd.prom")
    /// What `batchd status` shows of a running daemon.
    public static let statusSnapshot = FilePath("state/status.json")
    /// Why the last run failed.
    public static let runFailure = FilePath("state/failure.json")
    /// Batch budgets found on this machine.
    public static let budgets = FilePath("state/budgets.json")
    /// The answers that queues keep for other nights.
    public static let caches = FilePath("state/cache")
    /// Held by the one process that removes what has been kept for long enough.
    public static let sweepLock = FilePath("state/gc.lock")
    /// The directories of a root, in the order they are made.
    public static let directories = [spool, outbox, models, control, state]

    /// The answers that a queue keeps for other nights.
    public static func cache(of queue: String) -> FilePath { caches.appending(queue) }
}

/// The directories of one queue.
public struct QueueLayout: Sendable, Equatable {
    /// The queue's name.
    public let queue: String

    /// Creates the layout of the queue of that name.
    public init(queue: String) {
        self.queue = queue
    }

    /// The queue's directory.
    public var directory: FilePath { SpoolLayout.spool.appending(queue) }
    /// The queue's configuration.
    public var configuration: FilePath { directory.appending("queue.yaml") }
    /// Where ETL drops files.
    public var incoming: FilePath { directory.appending("incoming") }
    /// Files that are ours and not yet jobs, or whose jobs are under way.
    public var claimed: FilePath { directory.appending("claimed") }
    /// Jobs under way.
    public var jobs: FilePath { directory.appending("jobs") }
    /// Directories being built or removed.
    public var staging: FilePath { directory.appending("staging") }
    /// A record of every job that was published.
    public var done: FilePath { directory.appending("done") }
    /// Input files of published jobs.
    public var archive: FilePath { directory.appending("archive") }
    /// Input files that cannot become results.
    public var quarantine: FilePath { directory.appending("quarantine") }
    /// Jobs that wait for an operator.
    public var hold: FilePath { directory.appending("hold") }
    /// The queue's published jobs.
    public var outbox: FilePath { SpoolLayout.outbox.appending(queue) }

    /// The directories whose names say how far each job is.
    var ledgerDirectories: [FilePath] {
        [incoming, claimed, jobs, staging, outbox, done, archive, quarantine, hold]
    }
    /// The directories of the queue, in the order they are made.
    public var directories: [FilePath] {
        [directory, incoming, claimed, jobs, staging, done, archive, quarantine, hold, outbox]
    }

    /// The record that a job was published.
    public func done(_ key: String) -> FilePath { done.appending(key) }
    /// A job under way.
    public func job(_ key: String) -> JobLayout { JobLayout(directory: jobs.appending(key)) }
    /// A job that waits for an operator.
    public func held(_ key: String) -> JobLayout { JobLayout(directory: hold.appending(key)) }
    /// A job's results.
    public func published(_ key: String) -> FilePath { outbox.appending(key) }
    /// A job being built from a claimed file.
    public func ingesting(_ source: String) -> JobLayout {
        JobLayout(directory: staging.appending("in." + source))
    }
    /// A job's results being built.
    public func publication(_ key: String) -> FilePath { staging.appending("pub." + key) }
    /// A finished job's directory being removed.
    public func garbage(_ key: String) -> FilePath { staging.appending("gc." + key) }
}

/// The files of one job's directory.
public struct JobLayout: Sendable, Equatable {
    /// The job's directory.
    public let directory: FilePath

    /// Creates the layout of a job in that directory.
    public init(directory: FilePath) {
        self.directory = directory
    }

    /// What the job is.
    public var record: FilePath { directory.appending("job.json") }
    /// The attempts that were charged to its shards.
    public var attempts: FilePath { directory.appending("attempts.log") }
    /// The sealed manifest, once only these bytes can appear.
    public var intent: FilePath { directory.appending("intent") }
    /// Our copy of one part of the input.
    public func input(_ name: String) -> FilePath { directory.appending(name) }
    /// The answers of one shard.
    public func shard(_ index: Int) -> FilePath { directory.appending(Self.shardName(index)) }

    /// The name of a shard's file, `shard.00042`.
    public static func shardName(_ index: Int) -> String {
        let digits = String(index)
        return "shard." + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}

/// The names of the files of a published job.
public enum PublishedName {
    /// The answers, where they are JSON Lines.
    public static let results = "results.jsonl.zst"
    /// The answers in any dialect.
    public static let resultsOfAnyFormat = Set(ResultFormat.allCases.map(results(in:))).sorted()
    /// The records without an answer.
    public static let errors = "errors.jsonl.zst"
    /// What the job cost and brought.
    public static let metrics = "metrics.json"
    /// The same for people, in a browser.
    public static let report = "report.html"
    /// What monitors raised or cleared; absent where they did neither.
    public static let alerts = "alerts.jsonl"
    /// Sizes and hashes of the other files.
    public static let manifest = "manifest.json"
    /// Present where the job succeeded.
    public static let success = "_SUCCESS"
    /// Present where it failed, with the reason in words.
    public static let failed = "_FAILED"

    /// The answers in a dialect; the ending says how a file is to be opened.
    public static func results(in format: ResultFormat) -> String {
        switch format {
        case .native, .openai, .comprehend: results
        case .csv: "results.csv.zst"
        case .fasttext: "results.txt.zst"
        }
    }
}
