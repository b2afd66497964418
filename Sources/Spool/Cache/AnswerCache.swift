import BatchCore
import Logging

/// A queue's answers of former nights: in memory while the engine runs, and in files beside it.
///
/// It is opened by the first compute thread that asks for it, away from the keeper of the ledger. Whatever fails here
/// costs time and no more: the cache is then left alone until the next start, and its queue computes.
final class AnswerCache: Sendable {
    /// What the cache's answers follow from, as far as it does not change while this process lives.
    struct Subject: Sendable, Equatable {
        var queue: String
        var model: ModelIdentity
        var content: String
        var columns: Int
        var bytesMaximum: Int
    }

    private struct Store {
        var files: CacheFiles
        var stamp: CacheStamp
        var textKey: DigestKey
        var blockKey: DigestKey
    }

    private enum State {
        case untouched
        case open(Store)
        case closed
    }

    let subject: Subject
    private let disk: any FileSystem
    private let provenance: Provenance
    private let logger: Logger
    private let memory: AnswerMemory
    private let state = Monitor(State.untouched)

    init(_ subject: Subject, disk: any FileSystem, provenance: Provenance, logger: Logger) {
        self.subject = subject
        self.disk = disk
        self.provenance = provenance
        self.logger = logger
        memory = AnswerMemory(bytes: subject.bytesMaximum)
    }

    /// Where a job looks for its answers.
    ///
    /// - Parameter origin: A number of the job, not 0, which stands for other nights.
    /// - Returns: The scope of the queue; nil where its cache cannot be used.
    func scope(origin: UInt32) -> AnswerScope? {
        let key: DigestKey? = state.withLock { state in
            if case .untouched = state { open(&state) }
            guard case .open(let store) = state else { return nil }
            return store.textKey
        }
        return key.map { AnswerScope(memory: memory, key: $0, origin: origin, keepsLearned: true) }
    }

    /// Keeps the new answers of a shard, once that is durable.
    ///
    /// - Parameter learned: Answers end to end, each behind its digest.
    func keep(_ learned: [UInt64]) {
        guard !learned.isEmpty else { return }
        state.withLock { state in
            guard case .open(var store) = state else { return }
            do {
                for block in CacheBlock.blocks(of: learned, columns: subject.columns, key: store.blockKey) {
                    try store.files.append(block)
                }
                state = .open(store)
            } catch {
                giveUp(error, &state)
            }
        }
    }

    /// Leaves the files to another cache of the queue.
    func close() {
        state.withLock { state in
            if case .open(var store) = state { try? store.files.close() }
            state = .closed
        }
    }

    private func open(_ state: inout State) {
        guard let program = provenance.program() else { return state = .closed }
        var files = CacheFiles(disk: disk, queue: subject.queue, bytesMaximum: subject.bytesMaximum)
        let origin = CacheStamp.Origin(
            queue: subject.queue,
            model: subject.model,
            content: subject.content,
            columns: subject.columns,
            isa: provenance.isa,
            build: provenance.build,
            program: program
        )
        do {
            let stamp = try files.begin(origin)
            guard let textKey = stamp.textKey, let blockKey = stamp.blockKey else { return state = .closed }
            var count = 0
            var damaged = 0
            files.read { bytes in
                let isWhole = CacheBlock.read(bytes, columns: subject.columns, key: blockKey) { digest, answer in
                    memory.insert(digest, origin: 0, answer: answer)
                    count += 1
                }
                if !isWhole { damaged += 1 }
            }
            logger.info(
                "answers of former nights read",
                metadata: [
                    "queue": "\(subject.queue)", "answers": .stringConvertible(count),
                    "files_cut_short": .stringConvertible(damaged),
                ]
            )
            state = .open(Store(files: files, stamp: stamp, textKey: textKey, blockKey: blockKey))
        } catch {
            giveUp(error, &state)
        }
    }

    private func giveUp(_ error: any Error, _ state: inout State) {
        if case .open(var store) = state { try? store.files.close() }
        state = .closed
        logger.warning(
            "the queue's cache is not used until the next start; its jobs are computed",
            metadata: ["queue": "\(subject.queue)", "reason": "\(error)"]
        )
    }
}
