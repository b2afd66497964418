import BatchCore

/// Which shards wait, run and are done, for all queues: the pure heart of the scheduler.
///
/// Jobs of a higher rank go first. Queues take turns; within a queue jobs go in the order of their acceptance. A group
/// is one large shard, or small ones of any queue that share a model.
struct WorkTable {
    /// Shards a group holds at most, so that a supervisor's note of them stays small.
    static let shardsPerGroupMaximum = 64

    /// One shard handed out.
    struct Assignment {
        var job: RunningJob
        var shard: Int
        var step: TrialStep
        var attempts: Int
    }

    /// A job and its shards.
    struct Entry {
        let job: RunningJob
        var shards: [ShardState]
        var trials: [Int: ShardTrial]
        /// The first shard that may still be waiting.
        var firstOpen = 0
        var doneCount = 0
        var readyRecords: Int
        /// How the job ends before its last shard is done, once its running shards have come back.
        var ending: JobEnding?
        /// Which jobs come before it.
        var rank: JobRank

        var isComplete: Bool { doneCount == shards.count }
        var isIdle: Bool { !shards.contains(.running) }
    }

    private(set) var queues: [String: [Entry]] = [:]
    private(set) var stopped: Set<String> = []
    private var rotation: [String] = []
    private let threads: Int

    init(threads: Int) {
        self.threads = max(threads, 1)
    }

    var jobs: [Entry] { rotation.flatMap { queues[$0] ?? [] } }

    /// Adds a job whose shards are in these states.
    mutating func add(_ job: RunningJob, shards: [ShardState], trials: [Int: ShardTrial]) {
        let ready = zip(shards, job.record.shards).reduce(0) { $0 + ($1.0.isDone ? 0 : $1.1.records) }
        let done = shards.count { $0.isDone }
        let entry = Entry(
            job: job,
            shards: shards,
            trials: trials,
            doneCount: done,
            readyRecords: ready,
            rank: job.rank
        )
        if queues[job.record.queue] == nil { rotation.append(job.record.queue) }
        queues[job.record.queue, default: []].append(entry)
    }

    /// Ends a job early: nothing more of it is handed out.
    ///
    /// - Returns: Whether it is known.
    mutating func end(_ name: JobName, _ ending: JobEnding) -> Bool {
        change(name) { $0.ending = ending }
    }

    /// Gives a job another rank.
    mutating func rank(_ name: JobName, _ rank: JobRank) {
        _ = change(name) { $0.rank = rank }
    }

    /// How a job ends early; nil where it does not.
    func ending(of name: JobName) -> JobEnding? {
        queues[name.queue]?.first { $0.job.record.key == name.key }?.ending
    }

    private mutating func change(_ name: JobName, _ change: (inout Entry) -> Void) -> Bool {
        guard let index = queues[name.queue]?.firstIndex(where: { $0.job.record.key == name.key }) else { return false }
        update(queue: name.queue, index: index, change)
        return true
    }

    mutating func remove(_ job: RunningJob) {
        queues[job.record.queue]?.removeAll { $0.job === job }
    }

    /// Stops handing out work of a queue and forgets its jobs; its disk is left as it is.
    mutating func stop(queue: String) {
        stopped.insert(queue)
        queues[queue] = []
    }

    /// Whether a job waits for the keeper: all shards are done, or it ends early and none is running.
    func isSettled(_ job: RunningJob) -> Bool {
        guard let entry = queues[job.record.queue]?.first(where: { $0.job === job }) else { return true }
        return entry.isComplete || (entry.ending != nil && entry.isIdle)
    }

    /// The jobs that end early and have no shard running.
    var endings: [(job: RunningJob, ending: JobEnding)] {
        jobs.compactMap { entry in
            guard let ending = entry.ending, entry.isIdle else { return nil }
            return (entry.job, ending)
        }
    }

    /// Sets a shard's state, where the job is still known.
    mutating func set(_ state: ShardState, job: RunningJob, shard: Int, trial: ShardTrial? = nil) {
        guard let index = queues[job.record.queue]?.firstIndex(where: { $0.job === job }) else { return }
        update(queue: job.record.queue, index: index) { entry in
            let records = job.record.shards[shard].records
            if entry.shards[shard].isWaiting && !state.isWaiting { entry.readyRecords -= records }
            if !entry.shards[shard].isWaiting && state.isWaiting { entry.readyRecords += records }
            if state.isDone && !entry.shards[shard].isDone { entry.doneCount += 1 }
            if !state.isDone && entry.shards[shard].isDone { entry.doneCount -= 1 }
            entry.shards[shard] = state
            if let trial { entry.trials[shard] = trial }
            if state.isWaiting { entry.firstOpen = min(entry.firstOpen, shard) }
        }
    }

    /// Chooses the next group.
    ///
    /// - Parameter now: The present.
    /// - Returns: Assignments of one model, empty where nothing is due.
    mutating func nextAssignments(at now: RetryMoment) -> [Assignment] {
        for rank in Set(queues.values.joined().map(\.rank)).sorted(by: >) {
            for (turn, queue) in rotation.enumerated() where !stopped.contains(queue) {
                guard let first = take(from: queue, where: { $0.rank == rank }, now) else { continue }
                rotation.append(rotation.remove(at: turn))
                guard first.attempts == 0 else { return [first] }
                return [first] + companions(of: first, now)
            }
        }
        return []
    }

    /// When the next shard is due that is deferred beyond a monotonic time.
    func nextDue(after seconds: Double) -> Double? {
        var earliest: Double?
        for entry in jobs where entry.ending == nil {
            for case .deferred(let due) in entry.shards where due > seconds { earliest = min(earliest ?? due, due) }
        }
        return earliest
    }

    private mutating func companions(
        of first: Assignment,
        _ now: RetryMoment
    ) -> [Assignment] {
        let model = SessionKey(of: first.job.model)
        var records = first.job.record.shards[first.shard].records
        let target = fillTarget(for: first.job)
        var group: [Assignment] = []
        for queue in rotation where !stopped.contains(queue) {
            while records < target && group.count + 1 < Self.shardsPerGroupMaximum {
                let room = target - records
                let fits = { (entry: Entry, shard: Int) in
                    SessionKey(of: entry.job.model) == model && entry.trials[shard] == nil
                        && entry.job.record.shards[shard].records <= room
                }
                guard let next = take(from: queue, whereShard: fits, now) else { break }
                records += next.job.record.shards[next.shard].records
                group.append(next)
            }
        }
        return group
    }

    /// How many records a group of small shards should have: a full shard's worth, or less where that would leave
    /// other threads without work.
    private func fillTarget(for job: RunningJob) -> Int {
        let model = SessionKey(of: job.model)
        let waiting = jobs.reduce(0) { $0 + (SessionKey(of: $1.job.model) == model ? $1.readyRecords : 0) }
        return min(job.shardRecords, max(waiting / threads, 64))
    }

    private mutating func take(
        from queue: String,
        where isWanted: (Entry) -> Bool,
        _ now: RetryMoment
    ) -> Assignment? {
        take(from: queue, whereShard: { entry, _ in isWanted(entry) }, now)
    }

    private mutating func take(
        from queue: String,
        whereShard isWanted: (Entry, Int) -> Bool,
        _ now: RetryMoment
    ) -> Assignment? {
        guard let entries = queues[queue] else { return nil }
        for index in entries.indices {
            let entry = entries[index]
            guard entry.ending == nil, entry.readyRecords > 0,
                let shard = firstDue(in: entry, now.monotonicSeconds, isWanted)
            else { continue }
            let trial = entry.trials[shard] ?? ShardTrial(recordCount: entry.job.record.shards[shard].records)
            let step = trial.nextStep(policy: entry.job.configuration.retryPolicy, at: now)
            if case .hold(let reason) = step {
                update(queue: queue, index: index) { $0.ending = .exhausted("shard \(shard): \(reason)") }
                continue
            }
            set(.running, job: entry.job, shard: shard)
            update(queue: queue, index: index) { $0.advanceFirstOpen() }
            return Assignment(job: entry.job, shard: shard, step: step, attempts: trial.attempts)
        }
        return nil
    }

    private func firstDue(in entry: Entry, _ monotonicSeconds: Double, _ isWanted: (Entry, Int) -> Bool) -> Int? {
        for shard in entry.firstOpen..<entry.shards.count {
            switch entry.shards[shard] {
            case .ready where isWanted(entry, shard): return shard
            case .deferred(let due) where due <= monotonicSeconds && isWanted(entry, shard): return shard
            default: continue
            }
        }
        return nil
    }

    private mutating func update(queue: String, index: Int, _ change: (inout Entry) -> Void) {
        guard var entries = queues[queue] else { return }
        queues[queue] = nil
        change(&entries[index])
        queues[queue] = entries
    }
}

extension WorkTable.Entry {
    /// Passes over shards that are done or running, so that finding work stays cheap in jobs of many shards.
    mutating func advanceFirstOpen() {
        while firstOpen < shards.count, !shards[firstOpen].isWaiting { firstOpen += 1 }
    }
}

/// How a job ends before its last shard is done.
enum JobEnding: Sendable, Equatable {
    /// It is held, because a shard used up its attempts or its time.
    case exhausted(String)
    /// It is held, because an operator wants it.
    case held(JobFailure)
    /// It is published as failed, as its directory says.
    case cancelled
}

extension ShardState {
    var isDone: Bool { if case .done = self { true } else { false } }
    var isWaiting: Bool {
        switch self {
        case .ready, .deferred: true
        case .running, .done: false
        }
    }
}
