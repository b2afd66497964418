import Spool

/// One frame of `batchd top`: what fits of a status into so many rows and columns.
struct TopScreen {
    /// One line of a frame.
    struct Line: Equatable {
        /// What stands in it, no wider than the screen.
        var text: String
        /// Whether it is a heading.
        var isHeading = false
    }

    let report: StatusReport
    /// The queues without queue.yaml, which are stopped whether a daemon runs or not.
    var orphans: [String] = []
    let root: String
    /// The time of the day, as it is shown.
    let clock: String

    /// The lines of a frame.
    ///
    /// - Parameters:
    ///   - rows: Lines at most.
    ///   - columns: Their width at most.
    /// - Returns: The lines, without blanks to fill up the screen.
    func lines(rows: Int, columns: Int) -> [Line] {
        var lines = heading(columns, rows: rows)
        let queues = queueTable.lines(width: columns)
        let jobs = jobTable.lines(width: columns)
        // The queues get what the jobs leave, and a third of the screen at least.
        let room = max(rows - lines.count, 0)
        let forJobs = min(report.jobs.isEmpty ? 0 : jobs.count + 1, max(room - queues.count - 1, room * 2 / 3))
        lines += section(queues, name: "queues", room: room - forJobs)
        if !report.jobs.isEmpty { lines += section(jobs, name: "jobs", room: forJobs) }
        return Array(lines.prefix(rows))
    }

    /// Columns that the heading is spread over at most.
    private static let headingMaximum = 120

    /// Lines that one sentence takes at most, on a screen with room for them.
    private static let sentenceMaximum = 3
    /// Rows from which on sentences may take several.
    private static let rowsForSentences = 20

    private func heading(_ columns: Int, rows: Int) -> [Line] {
        let left = "batchd top  \(root)".visible
        let right = "\(clock)  q quits"
        let room = min(columns, Self.headingMaximum) - right.displayWidth - 2
        let title = room > 12 ? left.fitted(to: room).filled(to: room) + "  " + right : left
        let maximum = rows >= Self.rowsForSentences ? Self.sentenceMaximum : 1
        let sentences = troubles.flatMap { $0.visible.wrapped(to: columns, linesMaximum: maximum) }
        return ([title, daemon].map { $0.visible.fitted(to: columns) } + sentences).map { Line(text: $0) }
    }

    /// What keeps work from going on, or alarms from arriving, a sentence each.
    private var troubles: [String] {
        let pause = report.daemon.pause.map { "paused: \($0); nothing is lost, then work goes on" }
        return report.daemon.troubles + [pause].compactMap(\.self)
            + report.queues.compactMap { queue in
                let isSoNow = report.daemon.running || orphans.contains(queue.queue)
                return queue.stopped.map { "queue '\(queue.queue)' \(isSoNow ? "is" : "was") stopped: \($0)" }
            } + report.alertSentences
    }

    private var daemon: String {
        guard report.daemon.running else { return "no daemon runs here; start one with: batchd run --root \(root)" }
        if report.daemon.lastFailure != nil { return "a daemon runs here, but its engine cannot start" }
        if let seconds = report.daemon.silentSeconds {
            return "a daemon runs here, but has said nothing for \(seconds.ageInWords); see: batchd doctor"
        }
        guard let rate = report.daemon.recordsPerSecond else { return "a daemon runs here, and has not said more yet" }
        var words = ["\(Int(rate)) records/s"]
        if let busy = report.daemon.coresBusy, let threads = report.daemon.computeThreads {
            words.append("\(busy.fixed(1)) of \(threads) cores")
        }
        // Batches are ragged: no record is filled up to the length of another.
        words.append("padding 0 %")
        if let eta = eta(recordsPerSecond: rate) { words.append("ETA \(eta)") }
        return words.joined(separator: "   ")
    }

    /// When all that was taken is answered, at the present rate; nil where nothing waits for that.
    private func eta(recordsPerSecond: Double) -> String? {
        let queues = report.queues.filter { $0.stopped == nil }
        let names = Set(queues.map(\.queue))
        let jobs = report.jobs.filter { names.contains($0.queue) && $0.state.isOnItsWay }
        let left = jobs.reduce(0) { $0 + max(($1.total ?? 0) - ($1.done ?? 0), 0) }
        // Nobody has counted the records of a file that was not read yet, nor of a job without a row.
        let rows = jobs.count { $0.state != .incoming }
        let hasMore = jobs.contains { $0.total == nil } || rows < queues.reduce(0) { $0 + $1.active.count }
        guard left > 0 || hasMore else { return nil }
        guard left > 0, recordsPerSecond > 0 else { return "-" }
        let seconds = EngineProgressLine.time(seconds: Int((Double(left) / recordsPerSecond).rounded(.up)))
        return hasMore ? ">\(seconds)" : seconds
    }

    private var queueTable: ScreenTable {
        let columns = [
            ("queue", 0), ("incoming", 1), ("under way", 2), ("finished", 5), ("failed 24 h", 3), ("held", 4),
            ("quarantined", 6),
        ]
        return ScreenTable(
            columns: columns.map { ScreenTable.Column(title: $0.0, rank: $0.1) },
            rows: report.queues.map { queue in
                [queue.queue.visible]
                    + [queue.incoming, queue.active, queue.finished, queue.failed, queue.held, queue.quarantined]
                    .map(\.description)
            }
        )
    }

    private var jobTable: ScreenTable {
        let columns = [
            ("job", 0), ("state", 1), ("done", 2), ("records", 5), ("errors", 6), ("records/s", 4), ("ETA", 3),
            ("model", 7),
        ]
        return ScreenTable(
            columns: columns.map { ScreenTable.Column(title: $0.0, rank: $0.1, alignsRight: $0.0 != "state") },
            rows: jobs.map(cells)
        )
    }

    /// Those under way, those that wait for a person, and finished ones, the newest first.
    private var jobs: [StatusReport.Job] {
        let isOver = { (job: StatusReport.Job) in job.state == .done || job.state == .failed }
        return report.jobs.filter { !isOver($0) } + report.jobs.filter(isOver).reversed()
    }

    private func cells(_ job: StatusReport.Job) -> [String] {
        let done = job.done ?? 0
        // Of a job that was cancelled, or failed as a whole, no record counts.
        let total = job.state == .failed && job.total == 0 ? nil : job.total
        let share = total.map { $0 == 0 ? "100 %" : "\(done * 100 / $0) %" }
        return [
            "\(job.queue)/\(job.job)".visible, job.state.rawValue, share ?? "-",
            total.map { "\(done)/\($0)" } ?? "-",
            job.errors.map(String.init) ?? "-", job.recordsPerSecond.map { "\(Int($0))" } ?? "-",
            job.etaSeconds.map { EngineProgressLine.time(seconds: Int($0)) } ?? "-", (job.model ?? "-").visible,
        ]
    }

    /// A blank line, a heading and as many rows as there is room for.
    private func section(_ table: [String], name: String, room: Int) -> [Line] {
        guard room > 2, let heading = table.first else { return [] }
        let rows = table.dropFirst()
        var lines = [Line(text: ""), Line(text: heading, isHeading: true)]
        let fits = rows.count <= room - 2
        lines += rows.prefix(fits ? rows.count : room - 3).map { Line(text: $0) }
        if !fits {
            let rest = "and \(rows.count - (room - 3)) more \(name)"
            lines.append(Line(text: rest.fitted(to: heading.displayWidth)))
        }
        return lines
    }
}

extension JobState {
    /// Whether records of it are still to be answered without anybody's help.
    fileprivate var isOnItsWay: Bool {
        switch self {
        case .incoming, .claimed, .reading, .running, .deferred, .publishing: true
        case .done, .failed, .held, .quarantined: false
        }
    }
}
