import SystemPackage

/// Does on disk what an operator asks of a job that no compute thread has.
///
/// Every step may have been done before: what is asked twice, or was cut short by a kill, ends the same.
public struct JobControl {
    let disk: any FileSystem
    let layout: QueueLayout

    /// Creates the control of one queue's jobs.
    ///
    /// - Parameters:
    ///   - disk: The root.
    ///   - queue: The queue's name.
    public init(disk: any FileSystem, queue: String) {
        self.disk = disk
        layout = QueueLayout(queue: queue)
    }

    /// Does what is asked, where no daemon runs; the next one goes on from there.
    ///
    /// What was asked of the job before, and a daemon left when it ended, is done first: done by the next daemon, it
    /// would undo what is asked now.
    ///
    /// - Parameter request: What is asked.
    /// - Throws: `ControlRefusal`, `FileSystemError`.
    public func perform(_ request: ControlRequest) throws {
        let inbox = ControlInbox(disk: disk)
        for id in try inbox.left(of: request.job) {
            guard var taken = try inbox.take(id) else { continue }
            if let earlier = taken.request {
                do {
                    try carryOut(earlier)
                    taken.outcome = .success(())
                } catch let refusal as ControlRefusal {
                    taken.outcome = .failure(refusal)
                }
            }
            if let outcome = taken.outcome { try inbox.conclude(id, outcome) }
        }
        try carryOut(request)
    }

    private func carryOut(_ request: ControlRequest) throws {
        switch request.action {
        case .hold:
            guard let record = try running(request) else { return }
            try JobHold(disk: disk, layout: layout).hold(record, because: Self.holdReason(request))
        case .release: _ = try release(request)
        case .cancel: try cancel(request)
        case .prioritize: try prioritize(request)
        }
    }

    /// The job that is to be held; nil where it is held already.
    ///
    /// - Throws: `ControlRefusal` where it has ended, is about to, or is not known.
    func running(_ request: ControlRequest) throws -> JobRecord? {
        guard try disk.status(of: layout.job(request.key).record) != nil else {
            if try disk.status(of: layout.held(request.key).record) != nil { return nil }
            throw try unavailable(request)
        }
        let record = try JobFiles.record(at: layout.job(request.key).record, on: disk)
        guard try record.failure == nil && !JobCompletion(disk: disk, layout: layout).isBegun(request.key) else {
            throw ControlRefusal("'\(request.name)' is being published; see: batchd wait \(request.name)")
        }
        return record
    }

    /// Puts a held job back under way, with the shards that are done; its attempts begin anew.
    ///
    /// The input stays in `hold/` until the job ends: a job whose input lies there is one that a kill in the middle of
    /// a hold leaves behind, and is known as such.
    ///
    /// - Returns: The job; nil where it is under way already.
    /// - Throws: `ControlRefusal`, `FileSystemError`.
    func release(_ request: ControlRequest) throws -> JobRecord? {
        let held = layout.held(request.key)
        guard try disk.status(of: held.record) != nil else {
            if try disk.status(of: layout.job(request.key).record) != nil { return nil }
            throw try unavailable(request)
        }
        let record = try JobFiles.record(at: held.record, on: disk)
        try requireFreeName(record, request)
        // Whatever gave the job up is over: a journal that says otherwise would give it up again at once.
        if try disk.status(of: held.attempts) != nil {
            try disk.removeFile(held.attempts)
            try disk.syncDirectory(held.directory)
        }
        try disk.moveDurably(held.directory, to: layout.job(request.key).directory)
        return record
    }

    /// Writes down that a job ends without results; a held one is put back under way for that.
    ///
    /// - Throws: `ControlRefusal`, `FileSystemError`.
    func cancel(_ request: ControlRequest) throws {
        let held = layout.held(request.key)
        if try disk.status(of: held.record) != nil {
            try requireFreeName(JobFiles.record(at: held.record, on: disk), request)
            try writeOrders(of: held.directory) { $0.cancelled = Self.cancellation(request) }
            _ = try release(request)
            return
        }
        let path = layout.job(request.key)
        if try disk.status(of: path.record) != nil, try JobOrders(of: path.directory, on: disk).cancelled != nil {
            return
        }
        guard try running(request) != nil else { return }
        try writeOrders(of: path.directory) { $0.cancelled = Self.cancellation(request) }
    }

    /// Writes down a job's rank.
    ///
    /// - Throws: `ControlRefusal`, `FileSystemError`.
    func prioritize(_ request: ControlRequest) throws {
        let paths = [layout.job(request.key), layout.held(request.key)]
        guard let job = try paths.first(where: { try disk.status(of: $0.record) != nil }) else {
            throw try unavailable(request)
        }
        try writeOrders(of: job.directory) { $0.rank = request.rank ?? .first }
    }

    private func writeOrders(of job: FilePath, _ change: (inout JobOrders) -> Void) throws {
        let former = try JobOrders(of: job, on: disk)
        var orders = former
        change(&orders)
        if orders != former { try orders.write(to: job, on: disk) }
    }

    /// Files of one name are under way one at a time.
    private func requireFreeName(_ record: JobRecord, _ request: ControlRequest) throws {
        var isTaken = try disk.status(of: layout.claimed.appending(record.source)) != nil
        for entry in try disk.entries(of: layout.jobs, maximum: .max) where !isTaken {
            let other = layout.job(entry.name.string).record
            guard try disk.status(of: other) != nil else { continue }
            isTaken = try JobFiles.record(at: other, on: disk).source == record.source
        }
        guard isTaken else { return }
        throw ControlRefusal(
            "another file called '\(record.source)' is under way; ask again when that has ended: batchd status"
        )
    }

    private func unavailable(_ request: ControlRequest) throws -> ControlRefusal {
        let standing = try QueueInspector(disk: disk, queue: layout.queue).standing(of: request.key)
        switch standing {
        case .published, .quarantined:
            return ControlRefusal("'\(request.name)' has ended; see: batchd status --all")
        case .underWay(.incoming, _):
            let advice =
                switch request.action {
                case .release: "nothing holds it; see what it waits for: batchd status"
                case .prioritize: "files are taken in the order of their names; ask again once it is running"
                case .hold, .cancel: "to keep it from being taken, move its file out of '\(layout.incoming)'"
                }
            return ControlRefusal("'\(request.name)' was not taken yet; \(advice)")
        case .underWay(let state, _):
            return ControlRefusal("'\(request.name)' is \(state.rawValue); ask again in a moment")
        case .held, nil: return ControlRefusal("there is no job '\(request.name)'; see: batchd status")
        }
    }

    /// The code of a hold that an operator asked for.
    static let heldByOperator = "held_by_operator"

    static func holdReason(_ request: ControlRequest) -> JobFailure {
        JobFailure(
            code: heldByOperator,
            message: "held by \(request.by); let it go on with: batchd release \(request.name)"
        )
    }

    /// The code of a job that an operator cancelled.
    static let cancelled = "cancelled"

    static func cancellation(_ request: ControlRequest) -> JobFailure {
        JobFailure(
            code: cancelled,
            message: "Cancelled by \(request.by). To have it answered after all: batchd retry \(request.name)"
        )
    }
}

extension ControlRequest {
    var name: String { "\(queue)/\(key)" }
}
