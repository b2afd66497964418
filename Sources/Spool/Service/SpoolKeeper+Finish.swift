import BatchCore
import Logging
import Synchronization
import SystemPackage

extension SpoolKeeper {
    /// Publishes the jobs of a queue whose shards are done, or that failed as a whole, and holds those that must be.
    func finishJobs(of queue: QueueKeeper) throws {
        let complete = exchange.completeJobs.filter { $0.record.queue == queue.layout.queue }
        let endings = exchange.endings.filter { $0.job.record.queue == queue.layout.queue }
        if !complete.isEmpty || !endings.isEmpty || !queue.unpublished.isEmpty {
            let isWatched = complete.contains { !$0.configuration.monitors.isEmpty }
            guard try knowsHistory(of: queue, isNeeded: isWatched) else { return }
        }
        for job in complete {
            if try hasChanged(job.record, in: queue) {
                queue.outdated.append(job.record)
                exchange.remove(job)
                continue
            }
            let attempts = job.log.withLock { $0.entries.count { $0.outcome != .passed } }
            do {
                try publish(job.record, of: job, attempts: attempts, in: queue)
            } catch let invalid as PublicationBuilder.InvalidShard {
                exchange.redo(job, shard: invalid.index)
                continue
            }
            exchange.remove(job)
        }
        while let record = queue.unpublished.first {
            if try hasChanged(record, in: queue) {
                queue.outdated.append(record)
            } else {
                try publish(record, of: nil, attempts: 0, in: queue)
            }
            queue.unpublished.removeFirst()
        }
        try startAgain(in: queue)
        for (job, ending) in endings {
            switch ending {
            case .exhausted(let reason): try hold(job.record, because: Self.exhaustion(of: job, reason), in: queue)
            case .held(let failure): try hold(job.record, because: failure, in: queue)
            case .cancelled:
                let record = try JobFiles.record(at: queue.layout.job(job.record.key).record, on: disk)
                try publish(record, of: nil, attempts: 0, in: queue)
            }
            exchange.remove(job)
        }
    }

    /// Sets a job aside and tells the world.
    ///
    /// - Parameters:
    ///   - record: The job.
    ///   - failure: Why.
    ///   - queue: Its queue.
    /// - Throws: `FileSystemError`; the same call then goes on from there.
    func hold(_ record: JobRecord, because failure: JobFailure, in queue: QueueKeeper) throws {
        try JobHold(disk: disk, layout: queue.layout).hold(record, because: failure)
        try release(record.source, in: queue)
        note(.held(failure), of: JobName(queue: record.queue, key: record.key))
    }

    /// Publishes a job; one that was never taken to work has no answers.
    private func publish(_ record: JobRecord, of job: RunningJob?, attempts: Int, in queue: QueueKeeper) throws {
        let completion = JobCompletion(disk: disk, layout: queue.layout)
        if try !completion.isBegun(record.key) {
            try warnOfGrowth(of: record, in: queue)
            var builder = PublicationBuilder(disk: disk, layout: queue.layout, provenance: provenance, time: time)
            builder.judge = judge(of: job, in: queue)
            if let reportWriter {
                builder.history = queue.history ?? QueueHistory()
                builder.makeReport = { [logger] job in Self.page(on: job, by: reportWriter, logger) }
            }
            if let job {
                builder.format = job.configuration.output.format
                builder.header = try ResultWriter(configuration: job.configuration, model: job.model).header
            }
            try builder.build(record, threshold: job?.configuration.errorThreshold, attempts: attempts)
        }
        let end = try completion.complete(record)
        if case .done(_, let name) = end { lookAgainLater(at: record, keptAs: name, in: queue) }
        try release(record.source, in: queue)
        note(end, of: JobName(queue: record.queue, key: record.key))
    }

    /// Who compares a job with the past; nil where nothing is asked and no alarm stands that is to be ended.
    private func judge(of job: RunningJob?, in queue: QueueKeeper) -> NightJudge? {
        // Without monitors only what pages know anyway is looked at: whether an alarm of former monitors stands.
        guard let monitors = job?.configuration.monitors, let history = queue.history else { return nil }
        let hasAlarms = history.jobs.last(where: \.isNight)?.alarms?.isEmpty == false
        return monitors.isEmpty && !hasAlarms ? nil : NightJudge(monitors: monitors, history: history)
    }

    /// Makes a job's report. Results are worth more than the page about them, so nothing waits for one that fails.
    private static func page(on job: ReportedJob, by writer: any ReportWriter, _ logger: Logger) -> [UInt8]? {
        do {
            return try writer.page(on: job)
        } catch {
            let name = job.metrics.job
            logger.warning(
                "no report could be made; the job is published without",
                metadata: ["job": "\(name.queue)/\(name.key)", "reason": "\(error)"]
            )
            return nil
        }
    }

    /// Lets files of a name be claimed again, now that its last one was put away; says so where that cannot be moved.
    ///
    /// - Parameters:
    ///   - source: The name.
    ///   - queue: Its queue.
    /// - Throws: `FileSystemError`.
    func release(_ source: String, in queue: QueueKeeper) throws {
        queue.activeSources.remove(source)
        queue.seen[source] = nil
        queue.restless[source] = nil
        queue.ranks[source] = nil
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

    /// Logs what monitors raised and cleared. An alarm that does not say whom it is about helps nobody, so the value of
    /// the field that its monitor groups by stands here too; no other field of a record does.
    private func tell(_ alerts: [AlertRecord]) {
        for alert in alerts {
            var details: Logger.Metadata = [
                "job": "\(alert.job.path)", "monitor": "\(alert.monitor)", "kind": "\(alert.kind)",
                "records": .stringConvertible(alert.records), "observed": .stringConvertible(alert.observed),
                "see": "\(PublishedName.alerts)",
            ]
            details["part"] = alert.part.map { "\($0)" }
            details["field"] = alert.field.map { "\($0)" }
            details["value"] = alert.value.map { "\($0)" }
            details["expected"] = alert.expected.map { .stringConvertible($0) }
            logger.log(
                level: alert.state == .raised ? .warning : .notice,
                alert.state == .raised ? "alarm raised" : "alarm cleared",
                metadata: details
            )
        }
    }

    /// Logs fields by which monitors group and which no record has: such a monitor would be silent for ever.
    private func tellGroupless(_ metrics: JobMetrics) {
        for table in metrics.slices ?? [] where table.values.isEmpty && table.other.records > 0 {
            logger.warning(
                "no record has the field by which monitors group; see 'group_by' in queue.yaml",
                metadata: [
                    "job": "\(metrics.job.queue)/\(metrics.job.key)", "field": "\(table.field)",
                    "records": .stringConvertible(table.other.records),
                ]
            )
        }
    }

    /// Tells the world how a job ended.
    func note(_ end: JobCompletion.End, of job: JobName) {
        switch end {
        case .done(let metrics, _):
            if metrics.outcome == .success { tally.succeeded += 1 } else { tally.failed += 1 }
            queues[job.queue]?.history?.add(metrics)
            observer.published(metrics)
            var details: Logger.Metadata = [
                "job": "\(job.queue)/\(job.key)", "out": .stringConvertible(metrics.records.answered),
                "errors": .stringConvertible(metrics.records.failed),
                "seconds": .stringConvertible(metrics.seconds.wall),
            ]
            if let failure = metrics.failure { details["reason"] = "\(failure.code): \(failure.message)" }
            logger.log(
                level: metrics.outcome == .success ? .info : .warning,
                metrics.outcome == .success ? "job published" : "job failed",
                metadata: details
            )
            tell(metrics.alerts ?? [])
            tellGroupless(metrics)
        case .held(let failure):
            tally.held += 1
            let isWanted = failure.code == JobControl.heldByOperator
            // What somebody asked for is no trouble that anybody else should be woken by.
            if !isWanted { observer.setAside(queue: job.queue, code: "held") }
            logger.log(
                level: isWanted ? .notice : .error,
                isWanted ? "job held" : "job held; nothing is published; mend the cause, then 'batchd release' it",
                metadata: [
                    "job": "\(job.queue)/\(job.key)", "reason": "\(failure.message)",
                    "kept_as": "\(QueueLayout(queue: job.queue).held(job.key).directory)",
                ]
            )
        }
    }
}
