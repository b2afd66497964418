import Spool

/// What the engine's keeper tells the parent: that it goes on, that it is ready, what it is at.
///
/// Used by the keeper's thread alone.
final class KeeperVoice {
    private let board: InFlightBoard
    private var note = KeeperNote()
    private var isReloadRefused = false

    init(board: InFlightBoard) {
        self.board = board
        note.status = "recovering"
    }

    /// Says that the keeper goes on.
    func beat() {
        board.report(note)
    }

    /// Says that recovery is over and the queues are watched.
    func becomeReady() {
        note.isReady = true
        beat()
    }

    /// Says that the configuration was read again.
    ///
    /// - Parameter isTaken: Whether it was taken; else the former one stays.
    func reloaded(isTaken: Bool) {
        note.reloads += 1
        isReloadRefused = !isTaken
        beat()
    }

    /// Says what is under way.
    func tell(_ snapshot: StatusSnapshot) {
        let refused = isReloadRefused ? "configuration is wrong, the former one stays; " : ""
        note.status = refused + Self.line(for: snapshot)
        beat()
    }

    /// "paused: …", "queue 'news' is stopped; …", "2 jobs, 120000 of 400000 records, 51200/s", "nothing under way".
    static func line(for snapshot: StatusSnapshot) -> String {
        if let pause = snapshot.pause { return "paused: \(pause)".visible }
        let stopped = snapshot.stoppedQueues.keys.sorted().map { "queue '\($0)' is stopped; " }.joined()
        let waiting = (snapshot.waitingFiles ?? [:]).values.reduce(0) { $0 + $1.count }
        let incoming = waiting == 0 ? "" : ", \(waiting) incoming not complete"
        guard !snapshot.jobs.isEmpty else { return stopped + "nothing under way" + incoming }
        let done = snapshot.jobs.reduce(0) { $0 + $1.done }
        let total = snapshot.jobs.reduce(0) { $0 + $1.total }
        let jobs = snapshot.jobs.count == 1 ? "1 job" : "\(snapshot.jobs.count) jobs"
        let rate = Int(snapshot.recordsPerSecond)
        return stopped + "\(jobs), \(done) of \(total) records, \(rate)/s" + incoming
    }
}
