/// What `batchd status --json` prints: the state of a root at one moment.
public struct StatusReport: Sendable, Equatable, Codable {
    /// The version of this format.
    public var version = 1
    /// The daemon.
    public var daemon: Daemon
    /// The queues, by name.
    public var queues: [Queue]
    /// Jobs and dropped files: those under way, then those that wait for a person, then finished ones: the failed of
    /// the last 24 hours and the newest.
    public var jobs: [Job]
    /// Receivers of alarms that have not taken all of them yet; absent where there is none, or nobody asked.
    public var waitingAlerts: [WaitingAlerts]?
    /// Receivers that have refused alarms for good, with the last of them; absent where none has lately.
    public var refusedAlerts: [RefusedAlerts]?

    private enum CodingKeys: String, CodingKey {
        case version
        case daemon
        case queues
        case jobs
        case waitingAlerts = "waiting_alerts"
        case refusedAlerts = "refused_alerts"
    }

    /// Creates a report.
    public init(daemon: Daemon, queues: [Queue], jobs: [Job]) {
        self.daemon = daemon
        self.queues = queues
        self.jobs = jobs
    }

    /// The daemon.
    public struct Daemon: Sendable, Equatable, Codable {
        /// Whether one holds the instance lock.
        public var running: Bool
        /// Results and errors a second over the last seconds; absent where the daemon has not said so lately.
        public var recordsPerSecond: Double?
        /// Seconds for which a daemon that runs has said nothing, though it should each second; absent below 30.
        public var silentSeconds: Double?
        /// Why everything waits; absent while nothing does.
        public var pause: String?
        /// Threads that answer records; absent where the daemon has not said so lately.
        public var computeThreads: Int?
        /// Cores that it kept busy over the last seconds; absent where it has not said so lately.
        public var coresBusy: Double?
        /// Why the last run failed, or the engine of a daemon that waits; absent where one works.
        public var lastFailure: RunFailure?
        /// The last reload of a running daemon, where it was refused.
        public var refusedReload: RefusedReload?

        /// Creates a description.
        public init(
            running: Bool,
            recordsPerSecond: Double? = nil,
            pause: String? = nil,
            computeThreads: Int? = nil,
            coresBusy: Double? = nil
        ) {
            self.running = running
            self.recordsPerSecond = recordsPerSecond
            self.pause = pause
            self.computeThreads = computeThreads
            self.coresBusy = coresBusy
        }

        private enum CodingKeys: String, CodingKey {
            case running
            case recordsPerSecond = "records_per_second"
            case silentSeconds = "silent_seconds"
            case pause
            case computeThreads = "compute_threads"
            case coresBusy = "cores_busy"
            case lastFailure = "last_failure"
            case refusedReload = "refused_reload"
        }
    }

    /// How many there are; counting stops somewhere.
    public struct Count: Sendable, Equatable, Codable, CustomStringConvertible {
        /// What was counted.
        public var count: Int
        /// Whether there are more.
        public var more: Bool

        /// Creates a count.
        public init(_ count: Int, more: Bool = false) {
            self.count = count
            self.more = more
        }

        /// "12", "10000+".
        public var description: String { "\(count)\(more ? "+" : "")" }
    }

    /// One queue.
    public struct Queue: Sendable, Equatable, Codable {
        /// The queue's name.
        public var queue: String
        /// Files in `incoming/` that will become jobs.
        public var incoming: Count
        /// Jobs and files that were taken and are not finished.
        public var active: Count
        /// Jobs that were published, for as long as they are remembered.
        public var finished: Count
        /// Jobs that wait for an operator.
        public var held: Count
        /// Files that could not become jobs.
        public var quarantined: Count
        /// Files that were archived because their content had been answered before.
        public var duplicates: Count
        /// Of the finished, those of the last 24 hours that were published with `_FAILED`.
        public var failed: Count
        /// Jobs whose records in `done/` cannot be read, as far as was looked; absent where there is none.
        public var damaged: [String]?
        /// Why the daemon does nothing more for this queue, or did not when it ended; absent where it works.
        public var stopped: String?

        /// Describes a queue of which nothing can be counted.
        init(unreadable queue: String, because reason: String) {
            let unknown = Count(0, more: true)
            self.init(
                queue: queue,
                incoming: unknown,
                active: unknown,
                finished: unknown,
                held: unknown,
                quarantined: unknown,
                duplicates: unknown,
                failed: unknown,
                stopped: reason
            )
        }

        init(
            queue: String,
            incoming: Count,
            active: Count,
            finished: Count,
            held: Count,
            quarantined: Count,
            duplicates: Count,
            failed: Count,
            stopped: String?
        ) {
            self.queue = queue
            self.incoming = incoming
            self.active = active
            self.finished = finished
            self.held = held
            self.quarantined = quarantined
            self.duplicates = duplicates
            self.failed = failed
            self.stopped = stopped
        }
    }

    /// One job, or one dropped file that is to become one.
    public struct Job: Sendable, Equatable, Codable {
        /// The queue.
        public var queue: String
        /// The job's key; of a file that was not read yet, its name.
        public var job: String
        /// Where it stands.
        public var state: JobState
        /// Records that have a result or an error.
        public var done: Int?
        /// All records; absent before the file was read.
        public var total: Int?
        /// Records without a result.
        public var errors: Int?
        /// Results and errors a second: lately, or over the whole of a finished job.
        public var recordsPerSecond: Double?
        /// Seconds until the last record is answered at the present rate.
        public var etaSeconds: Double?
        /// The model's reference.
        public var model: String?
        /// When it was published, ISO 8601 in UTC.
        public var finishedAt: String?
        /// Why it failed, is held, was quarantined or is not taken yet, and what to do.
        public var reason: String?

        /// Creates a description that says nothing but where it stands.
        public init(queue: String, job: String, state: JobState) {
            self.queue = queue
            self.job = job
            self.state = state
        }

        private enum CodingKeys: String, CodingKey {
            case queue
            case job
            case state
            case done
            case total
            case errors
            case recordsPerSecond = "records_per_second"
            case etaSeconds = "eta_seconds"
            case model
            case finishedAt = "finished_at"
            case reason
        }
    }
}
