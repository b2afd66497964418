import BatchCore
import BatchTesting
import Spool
import SystemPackage

/// The last life: nothing goes wrong any more, everything is dropped and answered, then all is judged.
extension SimulatedRun {
    /// How often an operator comes by at the end.
    private static let roundsMaximum = 40

    func end(casualties: [Casualty]) {
        life = LifePlan()
        disk.setCapacity(.unlimited)
        var end = live(casualties: casualties)
        var retried: Set<JobName> = []
        for _ in 0..<Self.roundsMaximum where end == .idle && violations.isEmpty {
            if upcoming.isEmpty, afterthoughts > 0, Bool.random(using: &random) { addAfterthought() }
            if !upcoming.isEmpty {
                deliverNext()
            } else if !retryHeld(&retried) {
                break
            }
            var order = SplitMix64(seed: random.next())
            end = harness?.work(choosing: &order) ?? .dead
            judgeLife(end)
        }
        guard violations.isEmpty else { return }
        if end != .idle || !upcoming.isEmpty { note("I6 it does not end: \(end), \(upcoming.count) files not dropped") }
        if let stopped = harness?.keeper.stoppedQueues, !stopped.isEmpty {
            note("I6 queues stopped though nothing went wrong any more: \(Self.words(for: stopped))")
        }
        judgeAll()
        if violations.isEmpty, Int.random(in: 0..<4, using: &random) == 0 { liveOnceMore() }
    }

    /// A start that finds nothing to do changes nothing.
    private func liveOnceMore() {
        begin(after: Bool.random(using: &random) ? .process : .powerLoss(seed: random.next()))
        isQuiet = true
        let before = disk.tree().filter { !$0.path.string.contains("/staging/") }
        live()
        // The ballast is laid again as soon as there is room.
        let after = disk.tree().filter { $0.path != SpoolLayout.ballast || before.map(\.path).contains($0.path) }
        guard before.map(\.path) == after.map(\.path), before.map(\.content) == after.map(\.content) else {
            let difference = Set(before.map(\.path.string)).symmetricDifference(after.map(\.path.string)).sorted()
            return note("I6 a start that had nothing to do changed the disk: \(difference)")
        }
    }

    /// Has an operator repeat the jobs that wait for one, each once.
    ///
    /// - Returns: Whether there was any.
    private func retryHeld(_ retried: inout Set<JobName>) -> Bool {
        var hasAny = false
        for queue in queues {
            let hold = queue.layout.hold
            for key in disk.listing(of: hold) where !disk.listing(of: hold.appending(key)).isEmpty {
                let job = JobName(queue: queue.layout.queue, key: key)
                guard !retried.contains(job) else { continue }
                do {
                    guard try retry(job, queue.configuration.values) else { continue }
                    say("retried: \(job.queue)/\(job.key)")
                    retried.insert(job)
                    hasAny = true
                } catch IntakeError.taken {
                    hasAny = true
                } catch {
                    note("I6 the held job \(job.queue)/\(job.key) cannot be repeated: \(error)")
                }
            }
        }
        return hasAny
    }

    /// Repeats a job as `batchd retry` does.
    ///
    /// - Returns: Whether it was one that is held and whose input is there.
    private func retry(_ job: JobName, _ settings: QueueConfiguration) throws -> Bool {
        let inspector = QueueInspector(disk: disk, queue: job.queue)
        guard let standing = try inspector.standing(of: job.key), case .held = standing,
            let input = try inspector.keptInput(of: standing)
        else { return false }
        let intake = try SpoolIntake(disk: disk, queue: job.queue, settings: settings)
        _ = try intake.drop(input.path, on: disk, as: input.source, repetition: .of(job.key))
        return true
    }
}
