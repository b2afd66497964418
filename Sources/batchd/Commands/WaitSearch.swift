import Spool

/// Finds what `batchd wait` is to wait for, and looks at it.
final class WaitSearch {
    private enum Target {
        /// Whatever the file that waits, or comes, under the name becomes.
        case drop(DropTrace, wasSeen: Bool)
        /// The last file of the name, which was taken before.
        case last(DropTrace)
        /// A job by its key; a file that had the name when it was found may get another.
        case job(DropTrace)
    }

    /// The queue.
    let queue: String
    /// How it is called in messages.
    var name: String { "\(queue)/\(key)" }
    private let key: String
    private let inspector: QueueInspector
    private var target: Target

    /// Finds a file that waits or is under way, else a job of that key, else the last file of that name.
    ///
    /// - Parameters:
    ///   - job: What the command line names.
    ///   - root: The root.
    ///   - waitsForDrop: Whether a file may be waited for that nobody has dropped.
    /// - Throws: `CommandFailure`: 66 where there is nothing, 64 where several queues have one.
    init(for job: JobArgument, in root: SpoolRoot, waitsForDrop: Bool) throws {
        let (queues, key) = try job.places(in: root)
        // A trace that begins before anything is looked for misses no end.
        let traces =
            try JobArgument.isKey(key) ? queues.map { ($0, try DropTrace(of: key, on: root.disk, queue: $0)) } : []
        var found: JobArgument.Found?
        var missing: CommandFailure?
        do {
            found = try job.find(in: root)
        } catch let failure as CommandFailure {
            guard failure.code == ExitStatus.noInput, !traces.isEmpty else { throw failure }
            missing = failure
        }
        let waiting = try traces.first { try $0.1.waiting() != nil }
        let last = try missing == nil ? nil : traces.first { try $0.1.lastArrival() != nil }
        if let (queue, trace) = waiting {
            (self.queue, target) = (queue, .drop(trace, wasSeen: true))
        } else if let found, let trace = traces.first(where: { $0.0 == found.queue })?.1 {
            (queue, target) = (found.queue, .job(trace))
        } else if let (queue, trace) = last {
            (self.queue, target) = (queue, .last(trace))
        } else if let (queue, trace) = traces.first, waitsForDrop, traces.count == 1 {
            (self.queue, target) = (queue, .drop(trace, wasSeen: false))
        } else {
            var failure = missing ?? CommandFailure(ExitStatus.noInput, "there is no job '\(job.text)'")
            let unseen = try queues.compactMap { try QueueInspector(disk: root.disk, queue: $0).unseenIncoming }
            if let unseen = unseen.first { failure.description += "; \(unseen)" }
            throw failure
        }
        self.key = key
        inspector = QueueInspector(disk: root.disk, queue: queue)
    }

    /// Where it stands now.
    ///
    /// - Throws: `FileSystemError`.
    func look() throws -> JobWait.Sight {
        switch target {
        case .job(var trace):
            if let standing = try inspector.standing(of: key) { return .standing(standing) }
            let arrival = try trace.arrival()
            target = .job(trace)
            return JobWait.Sight(arrival?.standing)
        case .last(let trace): return sight(of: try trace.lastArrival())
        case .drop(var trace, let wasSeen):
            let arrival = try trace.arrival()
            target = .drop(trace, wasSeen: wasSeen || arrival != nil)
            return arrival == nil && !wasSeen ? .notDropped : sight(of: arrival)
        }
    }

    /// What is seen of a file; of a duplicate that has its end, it is said of what.
    private func sight(of arrival: DropTrace.Arrival?) -> JobWait.Sight {
        if let arrival, arrival.isDuplicate, let key = arrival.standing.endedKey {
            let words = "\(name) is a duplicate: \(queue)/\(key) has its content"
            StandardStream.error("batchd: \(words.visible)\n")
        }
        return JobWait.Sight(arrival?.standing)
    }
}
