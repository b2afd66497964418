import BatchCore
import Logging
import Synchronization
import SystemPackage

extension SpoolKeeper {
    /// Brings one queue's directories to a consistent state and takes its jobs back to work.
    func recover(_ queue: QueueKeeper) throws {
        try queue.layout.makeDirectories(on: disk)
        try chargeCasualties(in: queue)
        try queue.settle(on: disk)
        let recovery = SpoolRecovery(disk: disk, layout: queue.layout)
        let findings = try recovery.recover { job, end in note(end, of: job) }
        queue.accepted = findings.running
        queue.activeSources.formUnion(findings.running.map(\.source) + findings.unread)
        queue.unread.formUnion(findings.unread)
        queue.needsRecovery = false
        try resumeAccepted(in: queue)
    }

    /// Takes jobs to work that are in `jobs/`; one that cannot be taken now has its turn again.
    ///
    /// Where the disk is well and the job itself cannot go on, it waits for an operator and the others do not.
    func resumeAccepted(in queue: QueueKeeper) throws {
        while let record = queue.accepted.first {
            do {
                try resume(record, in: queue)
            } catch let error as FileSystemError {
                throw error
            } catch {
                try hold(record, becauseOf: error, in: queue)
            }
            queue.accepted.removeFirst()
        }
    }

    private func hold(_ record: JobRecord, becauseOf error: any Error, in queue: QueueKeeper) throws {
        let failure = error as? JobFailure ?? JobFailure(code: "cannot_resume", message: String(describing: error))
        try hold(record, because: failure, in: queue)
    }

    /// Takes a job that is durable in `jobs/` to work, keeping the shards that are done.
    private func resume(_ record: JobRecord, in queue: QueueKeeper) throws {
        guard record.failure == nil, let identity = record.model else {
            queue.unpublished.append(record)
            return
        }
        let log = try AttemptLog(path: queue.layout.job(record.key).attempts, on: disk)
        let settings = try configurationAccepted(with: record, in: queue)
        let model = try modelAccepted(with: identity, settings, job: record.key)
        let job = RunningJob(
            record: record,
            layout: queue.layout,
            configuration: settings,
            model: model,
            reader: JobReader(record: record, layout: queue.layout, settings: settings, disk: disk),
            rank: try JobOrders(of: queue.layout.job(record.key).directory, on: disk).rank,
            scope: settings.deduplicates ? AnswerScope(memory: exchange.memory) : nil,
            cache: cache(for: settings, model, in: queue),
            origin: nextOrigin(),
            log: log
        )
        let (states, trials) = try shardStates(of: job, log: log)
        exchange.add(job, shards: states, trials: trials)
    }

    /// The configuration that a job was accepted with, which is mostly still that of its queue.
    private func configurationAccepted(with record: JobRecord, in queue: QueueKeeper) throws -> QueueConfiguration {
        if record.configuration == queue.configuration.text { return queue.configuration.values }
        return try QueueConfiguration.parse(yaml: record.configuration, file: "queue.yaml of '\(record.key)'")
    }

    /// The very model that a job was accepted for, also where its reference means another by now.
    ///
    /// What `auto` picks, and what an alias means, may have changed since; the job's answers must not.
    private func modelAccepted(
        with identity: ModelIdentity,
        _ settings: QueueConfiguration,
        job: String
    ) throws -> any BatchModel {
        let current = try loadModel(settings.model, settings.precision)
        if current.identity == identity { return current }
        let precision = PrecisionChoice(rawValue: identity.precision) ?? settings.precision
        // Of a model in a directory of its own no registry knows former versions.
        for reference in [settings.model, identity.reference] {
            if let former = try? loadModel(reference, precision), former.identity == identity { return former }
        }
        throw JobFailure(
            code: "model_changed",
            message: "job '\(job)' was accepted for \(Self.words(for: identity)); "
                + "'\(settings.model)' is \(Self.words(for: current.identity)) now; "
                + "put the former model back first, or have the job answered by the present one"
        )
    }

    private static func words(for identity: ModelIdentity) -> String {
        "\(identity.reference) with weights \(identity.weightsSHA256.prefix(12)) in \(identity.precision)"
    }

    private func shardStates(of job: RunningJob, log: AttemptLog) throws -> ([ShardState], [Int: ShardTrial]) {
        var trials: [Int: ShardTrial] = [:]
        var states: [ShardState] = []
        let existing = Set(
            try disk.entries(of: job.layout.job(job.record.key).directory, maximum: .max).map(\.name.string)
        )
        for (index, range) in job.record.shards.enumerated() {
            if existing.contains(JobLayout.shardName(index)), let done = try validShard(index, range, of: job) {
                states.append(.done(results: done.results, errors: done.errors))
                continue
            }
            let entries = log.entries.filter { $0.shard == index }
            guard let last = entries.last else {
                states.append(.ready)
                continue
            }
            trials[index] = ShardTrial(recordCount: range.records, entries: entries)
            let remaining = last.remainingSeconds(
                wallSeconds: time.wallSeconds,
                monotonicSeconds: time.monotonicSeconds,
                bootID: time.bootID
            )
            states.append(remaining > 0 ? .deferred(time.monotonicSeconds + remaining) : .ready)
        }
        return (states, trials)
    }

    private func validShard(_ index: Int, _ range: ShardRange, of job: RunningJob) throws -> ShardSummary? {
        let path = job.layout.job(job.record.key).shard(index)
        let bytes = try disk.readFile(path, bytesMaximum: ShardFile.bytesMaximum)
        let model = job.model.identity
        return ShardFile(bytes: bytes, index: index, records: range.records, model: model)?.summary
    }

    /// Journals the attempts that a dead engine had in flight.
    func chargeCasualties(in queue: QueueKeeper) throws {
        if queue.casualties.isEmpty { return }
        try queue.layout.makeDirectories(on: disk)
        try queue.settle(on: disk)
        while let casualty = queue.casualties.first {
            try charge(casualty, in: queue)
            queue.chargeUnderWay = nil
            queue.casualties.removeFirst()
        }
    }

    /// Whether the attempt is in the journal already: a kill can come between its entry and the note that it is over.
    /// A shard that still has to wait cannot have been begun again.
    private func isCharged(_ casualty: Casualty, in log: AttemptLog) -> Bool {
        guard let last = log.entries.last(where: { $0.shard == casualty.shard.shard }), last.bootID == time.bootID
        else { return false }
        return last.dueMonotonicSeconds > time.monotonicSeconds
    }

    private func charge(_ casualty: Casualty, in queue: QueueKeeper) throws {
        let paths = queue.layout.job(casualty.shard.key)
        guard try disk.status(of: paths.record) != nil, try disk.status(of: paths.intent) == nil else { return }
        var log = try AttemptLog(path: paths.attempts, on: disk)
        let record = try JobFiles.record(at: paths.record, on: disk)
        guard record.shards.indices.contains(casualty.shard.shard) else { return }
        if queue.chargeUnderWay == nil, isCharged(casualty, in: log) { return }
        let settings = try QueueConfiguration.parse(yaml: record.configuration, file: "queue.yaml")
        let entry =
            queue.chargeUnderWay
            ?? exchange.makeEntry(
                log: log,
                recordCount: record.shards[casualty.shard.shard].records,
                policy: settings.retryPolicy,
                shard: casualty.shard.shard,
                range: casualty.shard.range,
                outcome: casualty.wasCanary ? .canaryFailed : .failed,
                cause: casualty.cause
            )
        // A call that fails after the log was renamed into place leaves the entry there, to be settled and not repeated.
        queue.chargeUnderWay = entry
        if log.entries.last != entry { try log.append([entry], on: disk) }
        logger.warning(
            "attempt charged",
            metadata: [
                "job": "\(record.queue)/\(record.key)", "shard": .stringConvertible(entry.shard),
                "cause": "\(entry.cause)",
                "retry_seconds": .stringConvertible(Rounding.micro(entry.delaySeconds)),
            ]
        )
    }
}
