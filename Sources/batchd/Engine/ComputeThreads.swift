import BatchCore
import Glibc
import Spool
import Synchronization

/// The compute threads: one a core, each with its own sessions and its own slot on the board.
///
/// They are threads of the system, not tasks: computing must never keep Swift's cooperative pool from anything.
final class ComputeThreads {
    private let group: ThreadGroup

    init(count: Int, exchange: WorkExchange, board: InFlightBoard) throws {
        group = ThreadGroup()
        for index in 0..<count {
            let recorder = BoardRecorder(board: board)
            let worker = ComputeWorker(index: index, source: exchange, board: recorder, time: exchange.time)
            try group.start {
                // Without a handler stack a crash is still seen by the parent, only not by whom.
                try? board.bindThread(to: index)
                worker.run()
                InFlightBoard.unbindThread()
            }
        }
    }

    /// Waits until all threads have ended.
    ///
    /// - Returns: False when the time was over first.
    @discardableResult
    func join(withinSeconds seconds: Double) -> Bool {
        group.wait(seconds: seconds)
    }
}

/// Notes what compute threads begin and end on the board that the parent reads.
struct BoardRecorder: InFlightRecorder {
    let board: InFlightBoard

    func begin(worker: Int, names: [String], isCanary: Bool, timeoutSeconds: Double) {
        let payload = InFlightNote.payload(names: names, isCanary: isCanary)
        board.begin(worker, payload: payload, limitNanoseconds: Int64(min(timeoutSeconds, 1e9) * 1e9))
    }

    func end(worker: Int) {
        board.end(worker)
    }
}

/// What a slot of the board holds: a line that says whether the canary is under way, then a line a shard.
enum InFlightNote {
    private static let canary = "canary"
    private static let work = "work"

    static func payload(names: [String], isCanary: Bool) -> [UInt8] {
        var text = (isCanary ? canary : work) + "\n"
        for name in names { text += name + "\n" }
        return Array(text.utf8)
    }

    static func casualties(in payload: [UInt8], cause: String) -> [Casualty] {
        let lines = String(decoding: payload, as: UTF8.self).split(separator: "\n")
        guard let first = lines.first else { return [] }
        return lines.dropFirst().compactMap { line in
            InFlightShard(line: line).map { Casualty(shard: $0, wasCanary: first == canary, cause: cause) }
        }
    }
}
