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
            try JobHold(disk: disk, layout: queue.layout).hold(job.record)
            exchange.remove(job)
            queue.activeSources.remove(job.record.source)
            note(.held(reason), of: job.name)
        }
    }

    private func publish(_ record: JobRecord, threshold: Int?, attempts: Int, in queue: QueueKeeper) throws {
        let completion = JobCompletion(disk: disk, layout: queue.layout)
        if try !completion.isBegun(record.key) {
            let builder = PublicationBuilder(disk: disk, layout: queue.layout, provenance: provenance, time: time)
            try builder.build(record, threshold: threshold, attempts: attempts)
        }
        let end = try completion.complete(record)
        queue.activeSources.remove(record.source)
        note(end, of: JobName(queue: record.queue, key: record.key))
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
                "job held; see attempts.log in hold/, then 'batchd retry'",
                metadata: ["job": "\(job.queue)/\(job.key)", "reason": "\(reason)"]
            )
        }
    }
}
