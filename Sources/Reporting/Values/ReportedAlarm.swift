/// What a monitor of the queue has to say about a job.
public struct ReportedAlarm: Sendable, Equatable {
    /// What became of the alarm with this job, in the order of the page.
    public enum State: Int, Sendable {
        /// It is new.
        case raised
        /// It was raised by a former job and is not over.
        case standing
        /// It is over.
        case cleared
    }

    /// The monitor's name.
    public var monitor: String
    /// What became of it.
    public var state: State
    /// What it is about.
    public var sentence: String
    /// When it began to stand, seconds since 1970.
    public var sinceWallSeconds: Double

    /// Creates an alarm.
    public init(monitor: String, state: State, sentence: String, sinceWallSeconds: Double) {
        self.monitor = monitor
        self.state = state
        self.sentence = sentence
        self.sinceWallSeconds = sinceWallSeconds
    }

    /// Whether somebody should look.
    var isUp: Bool { state != .cleared }
}
