import BatchCore
import BatchTesting
import Spool
import SystemPackage

/// What must hold when a life has come to rest, and of what it left.
extension SimulatedRun {
    /// Judges a life that was not killed.
    func judgeLife(_ end: SpoolHarness.End) {
        guard end == .idle, let harness else { return }
        let stopped = harness.keeper.stoppedQueues
        if let confined = life.confinedTo {
            for (index, queue) in queues.enumerated() where index != confined {
                let name = queue.layout.queue
                if let reason = stopped[name] { note("I7 a fault in q\(confined) stopped \(name): \(reason)") }
                noteWorkLeft(in: queue.layout, on: disk, "I7 after a fault in q\(confined),", garbage: true)
            }
        }
        if life.isPassing, !stopped.isEmpty { note("I6 a fault that passes stopped \(Self.words(for: stopped))") }
        guard stopped.isEmpty else { return }
        // What could not be removed from staging is garbage for the next start.
        let hasFailed = !life.faults.isEmpty || life.fullAtStep != nil
        for queue in queues { noteWorkLeft(in: queue.layout, on: disk, "I1 when all is done,", garbage: hasFailed) }
        guard Bool.random(using: &random) else { return }
        let seed = random.next()
        say("what would a power loss with seed \(seed) leave?")
        judgeDurability(of: disk.afterRestart(.powerLoss(seed: seed)))
    }

    /// What was done when a daemon ended with exit 0 is done after a power loss, too.
    private func judgeDurability(of disk: SimulatedDisk) {
        for queue in queues {
            noteWorkLeft(in: queue.layout, on: disk, "I8 after exit 0 and a power loss,", garbage: true)
        }
        for (job, publication) in watch.published {
            let layout = QueueLayout(queue: job.queue)
            if disk.content(of: layout.done(job.key)) == nil {
                note("I8 done/\(job.key) of \(job.queue) is not durable")
            }
            let manifest = layout.published(job.key).appending(PublishedName.manifest)
            let isAway = publication.isCollected || movedAway.contains(job)
            if !isAway, disk.content(of: manifest) == nil {
                note("I8 \(job) was published and is gone after exit 0 and a power loss")
            }
        }
    }

    /// Names whatever still waits to be worked on.
    private func noteWorkLeft(in layout: QueueLayout, on disk: SimulatedDisk, _ when: String, garbage: Bool = false) {
        // What staging holds is garbage for the next start, and its removal need not be durable.
        for directory in [layout.incoming, layout.claimed, layout.jobs] + (garbage ? [] : [layout.staging]) {
            // What a sender was writing when it died is the next sender's to replace.
            let names = disk.listing(of: directory).filter { directory != layout.incoming || !$0.hasPrefix(".") }
            if !names.isEmpty { note("\(when) \(directory) holds \(names)") }
        }
    }

    /// Judges what the next process finds: the outbox verifies, and what is archived is done.
    func judgeRemains() {
        lookAtOutbox()
        for queue in queues {
            let done = Set(disk.listing(of: queue.layout.done))
            for name in disk.listing(of: queue.layout.archive) where !done.contains(Self.key(ofKept: name)) {
                if !name.contains(".duplicate") {
                    note("I5 \(queue.layout.archive)/\(name) is archived and \(queue.layout.done) has no record of it")
                }
            }
        }
    }

    /// The key of a job by the name that its input is kept under.
    static func key(ofKept name: String) -> String {
        let key = AnswerCheck.stem(of: name)
        return key.firstRange(of: ".kept").map { String(key[..<$0.lowerBound]) } ?? key
    }

    /// Judges everything, once all was dropped and nothing is left to do.
    func judgeAll() {
        var answers = AnswerCheck(delivered: delivered, unsure: unsure, queues: queues, hasBlamed: hasBlamed)
        for (job, publication) in watch.published { answers.note(job, publication) }
        for violation in answers.violations() { note(violation) }
        for queue in queues { judgeArchive(of: queue.layout) }
    }

    /// No shard is tried again before its time has come, within one boot.
    func judgeAttempt(in log: FilePath) {
        let lines = disk.content(of: log)?.split(separator: UInt8(ascii: "\n")) ?? []
        let entries = lines.compactMap { try? DocumentCoding.decode(AttemptEntry.self, from: Array($0)) }
        guard let entry = entries.last, entries.count == lines.count else {
            return note("I6 '\(log)' cannot be read")
        }
        let shard = "\(log) \(entry.shard)"
        // An entry that was seen and never became durable, because the sync of its name failed, charges nobody.
        if let last = lastAttempts[shard], last.bootID == entry.bootID, entries.contains(last) {
            let early = last.dueMonotonicSeconds - (entry.dueMonotonicSeconds - entry.delaySeconds)
            if early > 0.001 { note("I6 shard \(entry.shard) of '\(log)' was tried again \(early) s early") }
        }
        lastAttempts[shard] = entry
    }

    /// Every input that was answered is kept, byte for byte, and where its job's record says.
    private func judgeArchive(of layout: QueueLayout) {
        var kept: [[UInt8]: Int] = [:]
        for directory in [layout.archive, layout.quarantine, layout.hold] {
            for (_, content) in disk.tree(below: directory) {
                if let content { kept[content, default: 0] += 1 }
            }
        }
        for drop in delivered where queues[drop.queue].layout == layout {
            for part in drop.content.parts where kept[part.bytes] == nil {
                note("I1 the input '\(drop.name)' of \(layout.queue) is neither in archive/ nor in quarantine/")
            }
        }
        let names = Set(disk.listing(of: layout.archive) + disk.listing(of: layout.quarantine))
        for key in disk.listing(of: layout.done) {
            guard let kept = Self.keptName(in: disk.content(of: layout.done(key)) ?? []), names.contains(kept) else {
                note("I5 the input of \(layout.queue)/\(key) is not where its done record says")
                continue
            }
        }
    }

    /// The name in a done record, found without decoding all of it.
    private static func keptName(in record: [UInt8]) -> String? {
        let mark = Array(#""kept_as":""#.utf8)
        guard let start = AnswerCheck.end(of: mark, in: record[...]) else { return nil }
        return String(decoding: record[start...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }
}
