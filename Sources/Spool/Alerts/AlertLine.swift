/// The jobs whose alarms wait for one destination, and whose turn it is.
///
/// Alarms of one queue go in the order in which its jobs finished, for a later one may end what an earlier one began.
/// Queues do not wait for each other: one whose alarms a receiver does not take has to let the others go first.
struct AlertLine {
    /// In the order in which the jobs finished; what is under way stays in until it has arrived.
    private(set) var waiting: [AlertBacklog.Entry] = []
    private var passedOver: Set<String> = []

    /// Whose turn it is; nil where nothing waits.
    mutating func next() -> AlertBacklog.Entry? {
        if let entry = waiting.first(where: { !passedOver.contains($0.job.queue) }) { return entry }
        passedOver = []
        return waiting.first
    }

    /// Takes on a job that has just finished.
    mutating func add(_ entry: AlertBacklog.Entry) {
        if !waiting.contains(where: { $0.job == entry.job }) { waiting.append(entry) }
    }

    /// Takes on jobs that finished before all that are known.
    mutating func add(former entries: [AlertBacklog.Entry]) {
        waiting = entries + waiting.filter { entry in !entries.contains { $0.job == entry.job } }
    }

    /// A job's alarms have not arrived: other queues come first.
    mutating func passOver(_ job: JobName) { passedOver.insert(job.queue) }

    /// A job's alarms wait no longer.
    mutating func remove(_ job: JobName) { waiting.removeAll { $0.job == job } }
}
