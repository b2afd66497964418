import BatchCore
import Logging

extension SpoolKeeper {
    /// Does what commands ask for, as far as it can be done now.
    ///
    /// - Returns: Whether something waits for shards that are being computed.
    func obey() -> Bool {
        let inbox = ControlInbox(disk: disk)
        var isWaiting = false
        for (id, request) in (try? inbox.waiting()) ?? [] {
            do {
                guard let request else {
                    throw ControlRefusal("the request is none that this build of batchd knows")
                }
                if try obey(request) { try inbox.conclude(id, nil) } else { isWaiting = true }
            } catch let refusal as ControlRefusal {
                logger.notice("request refused", metadata: ["request": "\(id)", "reason": "\(refusal)"])
                try? inbox.conclude(id, refusal)
            } catch let error as FileSystemError {
                if let queue = request.flatMap({ queues[$0.queue] }) { guarding(queue) { throw error } }
            } catch {
                try? inbox.conclude(id, ControlRefusal("\(error)"))
            }
        }
        return isWaiting
    }

    /// - Returns: Whether it is done and durable.
    private func obey(_ request: ControlRequest) throws -> Bool {
        guard let queue = queues[request.queue] else {
            throw ControlRefusal("the daemon has no queue '\(request.queue)'; SIGHUP makes it look for new ones")
        }
        if let reason = queue.stopReason {
            throw ControlRefusal("queue '\(request.queue)' is stopped: \(reason)")
        }
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
