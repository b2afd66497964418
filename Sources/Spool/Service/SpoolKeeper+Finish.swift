import BatchCore
import Logging
import Synchronization
import SystemPackage

extension SpoolKeeper {
    /// Publishes the jobs of a queue whose shards are done, or that failed as a whole, and holds those that must be.
    func finishJobs(of queue: QueueKeeper) throws {
        for job in exchange.completeJobs where job.record.queue == queue.layout.queue {
            let attempts = job.log.withLock { $0.entries.count { $0.outcome != .passed } }
            let threshold = job.configuration.errorThreshold
            do {
                try publish(job.record, threshold: threshold, attempts: attempts, in: queue)
            } catch let invalid as PublicationBuilder.InvalidShard {
                exchange.redo(job, shard: invalid.index)
                continue
            }
            exchange.remove(job)
        }
        while let record = queue.unpublished.first {
            try publish(record, threshold: nil, attempts: 0, in: queue)
            queue.unpublished.removeFirst()
        }
        for (job, reason) in exchange.holds where job.record.queue == queue.layout.queue {
            let failure = Self.exhaustion(of: job, reason)
            try JobHold(disk: disk, layout: queue.layout).hold(job.record, because: failure)
            exchange.remove(job)
            try release(job.record.source, in: queue)
            note(.held(failure.message), of: job.name)
        }
    }

    private func publish(_ record: JobRecord, threshold: Int?, attempts: Int, in queue: QueueKeeper) throws {
        let completion = JobCompletion(disk: disk, layout: queue.layout)
        if try !completion.isBegun(record.key) {
            let builder = PublicationBuilder(disk: disk, layout: queue.layout, provenance: provenance, time: time)
            try builder.build(record, threshold: threshold, attempts: attempts)
        }
        let end = try completion.complete(record)
        try release(record.source, in: queue)
        note(end, of: JobName(queue: record.queue, key: record.key))
    }

    /// Lets files of a name be claimed again, now that its last one was put away; says so where that cannot be moved.
    ///
    /// - Parameters:
    ///   - source: The name.
    ///   - queue: Its queue.
    /// - Throws: `FileSystemError`.
    func release(_ source: String, in queue: QueueKeeper) throws {
        queue.activeSources.remove(source)
        let path = queue.layout.claimed.appending(source)
        guard try disk.status(of: path) != nil else { return }
        observer.setAside(queue: queue.layout.queue, code: "not_permitted")
        logger.error(
            "directory left in claimed/; give the user that batchd runs as permission to write it, then restart batchd",
            metadata: [
                "path": "\(path)", "reason": "its owner lets nobody move it; no other of its name is taken before",
            ]
        )
    }

    /// Why a job is given up, with what was seen last and where.
    private static func exhaustion(of job: RunningJob, _ reason: String) -> JobFailure {
        let last = job.log.withLock { log in log.entries.last { $0.outcome != .passed } }
        let seen = last.map { entry -> String in
            let line = job.record.shards[entry.shard].firstLine
            return "; seen last: \(entry.cause), in shard \(entry.shard), which begins at line \(line)"
        }
        return JobFailure(code: "attempts_used_up", message: reason + (seen ?? ""))
    }

    /// Tells the world how a job ended.
    func note(_ end: JobCompletion.End, of job: JobName) {
        switch end {
        case .done(let metrics):
            if metrics.outcome == .success { tally.succeeded += 1 } else { tally.failed += 1 }
            observer.published(metrics)
            var details: Logger.Metadata = [
                "job": "\(job.queue)/\(job.key)", "out": "\(metrics.records.answered)",
                "errors": "\(metrics.records.failed)", "seconds": "\(metrics.seconds.wall)",
            ]
            if let failure = metrics.failure { details["reason"] = "\(failure.code): \(failure.message)" }
            logger.log(
                level: metrics.outcome == .success ? .info : .warning,
                metrics.outcome == .success ? "job published" : "job failed",
                metadata: details
            )
        case .held(let reason):
            tally.held += 1
            observer.setAside(queue: job.queue, code: "held")
            logger.error(
                "job held; nothing is published; mend the cause, then 'batchd retry' it",
                metadata: [
                    "job": "\(job.queue)/\(job.key)", "reason": "\(reason)",
                    "kept_as": "\(QueueLayout(queue: job.queue).held(job.key).directory)",
                ]
            )
        }
    }
}
