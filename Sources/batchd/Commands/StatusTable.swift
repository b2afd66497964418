import Spool

/// A status as a person reads it.
struct StatusTable {
    private let report: StatusReport
    private let root: String
    private let orphans: [String]

    /// Describes a report; of `orphans`, the queues without queue.yaml, it holds whether a daemon runs or not.
    init(_ report: StatusReport, root: String, orphans: [String] = []) {
        self.report = report
        self.root = root
        self.orphans = orphans
    }

    /// The daemon, the table of jobs, and what needs a person.
    var text: String {
        var lines = [daemon.visible] + report.daemon.troubles.map(\.visible)
        if let pause = report.daemon.pause {
            lines.append("paused: \(pause.visible); nothing is lost, then work goes on by itself")
        }
        for queue in report.queues {
            if let stopped = queue.stopped {
                let isSoNow = report.daemon.running || orphans.contains(queue.queue)
                let tense = isSoNow ? "is stopped" : "was stopped when the last run ended"
                lines.append("queue '\(queue.queue)' \(tense): \(stopped)".visible)
            }
        }
        lines += report.alertSentences.map(\.visible)
        for queue in report.queues {
            for key in queue.damaged ?? [] { lines.append("\(queue.queue): \(Self.damage(key))".visible) }
        }
        if !report.jobs.isEmpty { lines += ["", TextTable.text([Self.header] + report.jobs.map(cells))] }
        lines.append("")
        lines += report.queues.map { summary($0).visible }
        let reasons = report.jobs.filter { $0.reason != nil }
        if !reasons.isEmpty { lines.append("") }
        lines += reasons.map { "\($0.queue)/\($0.job) \($0.state.rawValue): \($0.reason ?? "")".visible }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func damage(_ key: String) -> String {
        "the record 'done/\(key)' is damaged, so its job is not counted; put it back from a backup, see "
            + "'A damaged file of the ledger' in docs/OPERATIONS.md"
    }

    private static let header = ["job", "state", "done/total", "errors", "records/s", "ETA", "model"]

    private var daemon: String {
        guard report.daemon.running else {
            return "no daemon runs '\(root)'; start one with: batchd run --root \(root)"
        }
        if report.daemon.lastFailure != nil {
            return "a daemon runs '\(root)', but its engine cannot start: nothing is answered until that is mended"
        }
        if let seconds = report.daemon.silentSeconds {
            return "a daemon runs '\(root)', but has said nothing for \(seconds.ageInWords); see: batchd doctor"
        }
        let rate = report.daemon.recordsPerSecond.map { ", \(Int($0)) records/s" } ?? ""
        return "a daemon runs '\(root)'\(rate)"
    }

    private func cells(_ job: StatusReport.Job) -> [String] {
        let total = job.total.map { "\(job.done ?? 0)/\($0)" }
        return [
            "\(job.queue)/\(job.job)", job.state.rawValue, total ?? "-", job.errors.map(String.init) ?? "-",
            job.recordsPerSecond.map { "\(Int($0))" } ?? "-",
            job.etaSeconds.map { EngineProgressLine.time(seconds: Int($0)) } ?? "-", job.model ?? "-",
        ]
    }

    private func summary(_ queue: StatusReport.Queue) -> String {
        "\(queue.queue): \(queue.incoming) incoming, \(queue.active) under way, \(queue.finished) finished "
            + "(\(queue.failed) failed in 24 h), "
            + "\(queue.held) held, \(queue.quarantined) quarantined, \(queue.duplicates) duplicates archived"
    }
}

extension StatusReport.Daemon {
    /// What went wrong with the last run or reload, a sentence each.
    var troubles: [String] {
        let failure = lastFailure.map { failure in
            "the \(running ? "daemon's engine" : "last run") ended with exit code \(failure.exitCode) at \(failure.at): \(failure.reason)"
        }
        let reload = refusedReload.map { reload in
            "the configuration read again at \(reload.at) was refused: \(reload.reason); the former one holds until "
                + "the next start, which would fail: mend it, then reload"
        }
        return [failure, reload].compactMap(\.self)
    }
}
