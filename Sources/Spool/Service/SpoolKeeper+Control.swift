import BatchCore
import Logging
import SystemPackage

extension SpoolKeeper {
    /// Does what commands ask for, as far as it can be done now.
    ///
    /// No trouble with `control/` stops a queue: what cannot be taken or concluded now has its turn again.
    ///
    /// - Returns: Whether something waits for shards that are being computed.
    func obey() -> Bool {
        let inbox = ControlInbox(disk: disk)
        let inHand = requests
        requests = []
        for taken in inHand { attend(to: taken, inbox) }
        let waiting = tellingTrouble { try inbox.waiting(besides: Set(requests.map(\.id))) } ?? []
        for id in waiting.prefix(ControlInbox.requestsPerTurnMaximum) where pause == nil {
            guard requests.count < ControlInbox.requestsInHandMaximum else { break }
            if let taken = tellingTrouble({ try inbox.take(id) }) { attend(to: taken, inbox) }
        }
        return requests.contains { $0.outcome == nil }
    }

    /// Does what was asked, and says so; keeps what has to wait.
    private func attend(to taken: TakenRequest, _ inbox: ControlInbox) {
        var taken = taken
        // What is asked of one job is done in the order in which it came, or a crash would turn that round.
        let isNext = !requests.contains { $0.request?.job == taken.request?.job }
        if let request = taken.request, taken.outcome == nil, pause == nil, isNext {
            taken.outcome = outcome(of: request)
        }
        guard let outcome = taken.outcome, tellingTrouble({ try inbox.conclude(taken.id, outcome) }) != nil else {
            requests.append(taken)
            return
        }
        inboxTroubles = []
        guard case .failure(let refusal) = outcome else { return }
        logger.notice("request refused", metadata: ["request": "\(taken.id)", "reason": "\(refusal)"])
    }

    /// - Returns: Nil where it has to wait.
    private func outcome(of request: ControlRequest) -> Result<Void, ControlRefusal>? {
        do {
            return try obey(request) ? .success(()) : nil
        } catch let error as FileSystemError {
            guard let queue = queues[request.queue] else { return .failure(ControlRefusal(error.advice)) }
            guarding(queue) { throw error }
            return queue.stopReason.map { .failure(Self.isStopped(request, $0)) }
        } catch {
            return .failure(error as? ControlRefusal ?? ControlRefusal("\(error)"))
        }
    }

    /// Tells once of what goes wrong in `control/`.
    private func tellingTrouble<Value>(_ body: () throws -> Value?) -> Value? {
        do {
            return try body()
        } catch {
            let failure = error as? FileSystemError
            if inboxTroubles.insert("\(failure?.operation ?? "") \(failure?.errno.rawValue ?? 0)").inserted {
                logger.error(
                    "requests cannot be taken or answered for now",
                    metadata: ["reason": "\(failure?.advice ?? "\(error)")"]
                )
            }
            return nil
        }
    }

    private static func isStopped(_ request: ControlRequest, _ reason: String) -> ControlRefusal {
        ControlRefusal("queue '\(request.queue)' is stopped: \(reason)")
    }

    /// - Returns: Whether it is done and durable.
    private func obey(_ request: ControlRequest) throws -> Bool {
        guard let queue = queues[request.queue] else {
            throw ControlRefusal("the daemon has no queue '\(request.queue)'; SIGHUP makes it look for new ones")
        }
        if let reason = queue.stopReason { throw Self.isStopped(request, reason) }
        if queue.isUnsettled { try queue.settle(on: disk) }
        let isDone =
            switch request.action {
            case .hold: try hold(request, in: queue)
            case .release: try release(request, in: queue)
            case .cancel: try cancel(request, in: queue)
            case .prioritize: try prioritize(request, in: queue)
            }
        if isDone {
            logger.notice(
                "request carried out",
                metadata: ["job": "\(request.name)", "action": "\(request.action)", "by": "\(request.by)"]
            )
        }
        return isDone
    }

    private func hold(_ request: ControlRequest, in queue: QueueKeeper) throws -> Bool {
        let control = JobControl(disk: disk, queue: request.queue)
        guard let record = try control.running(request) else { return true }
        let failure = JobControl.holdReason(request)
        if exchange.end(request.job, .held(failure)) {
            // Its running shards come back first.
            guard exchange.endings.contains(where: { $0.job.name == request.job }) else { return false }
            try finishJobs(of: queue)
            return try control.running(request) == nil
        }
        try hold(record, because: failure, in: queue)
        queue.accepted.removeAll { $0.key == request.key }
        return true
    }

    private func release(_ request: ControlRequest, in queue: QueueKeeper) throws -> Bool {
        if exchange.ending(of: request.job) != nil {
            throw ControlRefusal("'\(request.name)' is being held or cancelled at this moment; ask again in a moment")
        }
        let control = JobControl(disk: disk, queue: request.queue)
        if try control.release(request) != nil { try adopt(request.key, in: queue) }
        return true
    }

    private func cancel(_ request: ControlRequest, in queue: QueueKeeper) throws -> Bool {
        try JobControl(disk: disk, queue: request.queue).cancel(request)
        if !exchange.end(request.job, .cancelled) { try adopt(request.key, in: queue) }
        return true
    }

    private func prioritize(_ request: ControlRequest, in queue: QueueKeeper) throws -> Bool {
        try JobControl(disk: disk, queue: request.queue).prioritize(request)
        exchange.rank(request.job, request.rank ?? .first)
        return true
    }

    /// Takes over a job that has come to `jobs/`, or has changed there, and no compute thread knows.
    private func adopt(_ key: String, in queue: QueueKeeper) throws {
        let record = try JobFiles.record(at: queue.layout.job(key).record, on: disk)
        queue.activeSources.insert(record.source)
        queue.accepted.removeAll { $0.key == key }
        if !queue.unpublished.contains(where: { $0.key == key }) { queue.accepted.append(record) }
    }
}
