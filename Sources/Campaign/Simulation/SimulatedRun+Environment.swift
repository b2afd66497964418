import BatchCore
import BatchTesting
import Spool
import SystemPackage

/// What senders, collectors, operators and the clock do while the daemon works.
extension SimulatedRun {
    /// What happens before a step of the daemon.
    func beforeStep(_ step: Int) {
        clock.advance(bySeconds: 0.0005)
        if !upcoming.isEmpty, Int.random(in: 0..<5, using: &random) == 0 { deliverNext() }
        if afterthoughts > 0, Int.random(in: 0..<32, using: &random) == 0 { addAfterthought() }
        if step == life.mendedAtStep {
            say("mended")
            disk.setPlans([])
        }
        if let full = life.fullAtStep, step == full.step {
            say("full")
            disk.setCapacity(DiskCapacity(bytes: disk.usedBytes + full.bytesLeft))
        }
        if step == life.roomAtStep {
            say("room")
            disk.setCapacity(.unlimited)
        }
        if lateWrites > 0, Int.random(in: 0..<16, using: &lateRandom) == 0 { writeLate() }
        if habits.hasWildClock, Int.random(in: 0..<32, using: &random) == 0 { jumpClock() }
        let collects = habits.collector == .atLeisure || habits.collector == .byMoving
        if collects, !isQuiet, Int.random(in: 0..<16, using: &random) == 0 {
            collectOne()
        }
    }

    private func jumpClock() {
        let days = [-3650.0, -30, -1.0 / 24, 1.0 / 24, 30, 3650][Int.random(in: 0..<6, using: &random)]
        say("the wall clock jumps by \(days) days")
        clock.jumpWall(bySeconds: days * 86_400)
    }

    /// A disk that is failing changes a bit of a checkpoint.
    func damageAnyShard() {
        for queue in queues {
            for key in disk.listing(of: queue.layout.jobs) {
                let job = queue.layout.job(key).directory
                for name in disk.listing(of: job) where name.hasPrefix("shard.") {
                    let path = job.appending(name)
                    guard let content = disk.content(of: path), !content.isEmpty else { continue }
                    let offset = Int.random(in: content.indices, using: &random)
                    say("a bit of byte \(offset) of '\(path)' flips")
                    return disk.flip(bit: Int.random(in: 0..<8, using: &random), ofByte: offset, in: path)
                }
            }
        }
    }

    // MARK: Senders

    /// Drops the next file, unless one of its name is still on its way.
    func deliverNext() {
        guard let drop = upcoming.last else { return }
        let layout = queues[drop.queue].layout
        if disk.listing(of: layout.incoming).contains(drop.name) { return }
        // A statement would be taken for one about the file of its name that is under way.
        let isSure = drop.note == nil && Bool.random(using: &random)
        if !isSure, disk.listing(of: layout.claimed).contains(drop.name) { return }
        upcoming.removeLast()
        if drop.content.isDirectory || drop.note != nil || Int.random(in: 0..<8, using: &random) > 0 {
            deliver(drop)
        } else if !submit(drop) {
            // Whoever gets an error from 'batchd submit' tries again, whatever came of it.
            upcoming.append(drop)
        }
    }

    /// Drops a file as `batchd submit` does, whose calls fail and die like any others.
    ///
    /// - Returns: Whether it said that the file was dropped.
    private func submit(_ drop: SimulatedDrop) -> Bool {
        let queue = queues[drop.queue]
        disk.drop(drop.content.parts[0].bytes, at: Self.outside)
        do {
            let intake = try SpoolIntake(disk: disk, queue: queue.layout.queue, settings: queue.configuration.values)
            _ = try intake.drop(Self.outside, on: disk, as: drop.name)
            say("submitted \(drop.name) to \(queue.layout.queue), \(drop.content.records.count) records")
            delivered.append(drop)
            return true
        } catch {
            unsure.append(drop)
            say("\(drop.name) could not be submitted to \(queue.layout.queue): \(error)")
            return false
        }
    }

    private func deliver(_ drop: SimulatedDrop) {
        let layout = queues[drop.queue].layout
        say("drop \(drop.name) in \(layout.queue), \(drop.statement), \(drop.content.records.count) records")
        let incoming = layout.incoming
        if let note = drop.note { disk.drop(note.bytes, at: incoming.appending(note.name)) }
        let path = incoming.appending(drop.name)
        if drop.content.isDirectory {
            for part in drop.content.parts { disk.drop(part.bytes, at: path.appending(part.name)) }
            disk.drop([], at: path.appending(PublishedName.success))
        } else {
            disk.drop(drop.content.parts[0].bytes, at: path)
        }
        delivered.append(drop)
    }

    /// A sender who still has a file open that was taken writes in it what is there already, so that all of it has to be
    /// read again and the answers stay what they are.
    private func writeLate() {
        let taken = queues.flatMap { queue in
            disk.listing(of: queue.layout.claimed).map { queue.layout.claimed.appending($0) }
        }
        let files = taken.filter { disk.content(of: $0)?.isEmpty == false }
        guard !files.isEmpty else { return }
        let path = files[Int.random(in: files.indices, using: &lateRandom)]
        say("its sender writes '\(path)'")
        disk.touch(path)
        lateWrites -= 1
    }

    /// Somebody who has seen results wants more: another answer, or the failed records tried again.
    func addAfterthought() {
        let jobs = watch.published.keys.filter { job in
            disk.content(of: QueueLayout(queue: job.queue).done(job.key)) != nil
        }
        let sorted = jobs.sorted { ($0.queue, $0.key) < ($1.queue, $1.key) }
        guard !sorted.isEmpty else { return }
        let job = sorted[Int.random(in: sorted.indices, using: &random)]
        guard let publication = watch.published[job], let drop = drop(after: job, publication) else { return }
        afterthoughts -= 1
        upcoming.append(drop)
    }

    private func drop(after job: JobName, _ publication: OutboxWatch.Publication) -> SimulatedDrop? {
        guard let queue = queues.firstIndex(where: { $0.layout.queue == job.queue }) else { return nil }
        if let errors = publication.files[PublishedName.errors], Bool.random(using: &random) {
            let records = (1...max(publication.manifest.records.failed, 1)).map { line in
                DroppedContent.Record(line: line, kind: .replayed, id: "", text: "")
            }
            let part = DroppedContent.Part(name: "", bytes: errors)
            let content = DroppedContent(parts: [part], ending: ".jsonl.zst", records: records)
            let stem = "errors-\(afterthoughts)"
            return SimulatedDrop(queue: queue, stem: stem, content: content, statement: .none, replays: job.key)
        }
        let former = delivered.first { drop in
            drop.queue == queue && !drop.mustFail && drop.replays == nil
                && drop.content.sha256(named: drop.name) == publication.manifest.input.sha256
                && drop.name == publication.manifest.source
        }
        guard var former, publication.files[PublishedName.results] != nil else { return nil }
        former.statement = .again
        return former
    }

    // MARK: Collectors

    private func collectOne() {
        let visible = queues.flatMap { queue in
            disk.listing(of: queue.layout.outbox).map { JobName(queue: queue.layout.queue, key: $0) }
        }
        guard !visible.isEmpty else { return }
        collect(visible[Int.random(in: visible.indices, using: &random)])
    }

    /// Takes a publication away.
    func collect(_ job: JobName) {
        let path = QueueLayout(queue: job.queue).published(job.key)
        if habits.collector == .byMoving {
            let target = Self.collection.appending("\(job.queue).\(job.key)")
            guard disk.move(path, to: target) else { return }
            say("moved away: \(job)")
            movedAway.insert(job)
        } else {
            disk.collect(path)
            say("collected: \(job)")
            watch.collected(job)
        }
    }

    /// Looks at everything that is visible.
    func lookAtOutbox() {
        for queue in queues {
            for key in disk.listing(of: queue.layout.outbox) {
                watch.look(at: JobName(queue: queue.layout.queue, key: key), on: disk)
            }
        }
    }
}
