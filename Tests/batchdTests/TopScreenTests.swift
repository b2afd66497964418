import Spool
import Testing

@testable import batchd

@Suite struct TopScreenTests {
    private func job(
        _ queue: String,
        _ name: String,
        _ state: JobState,
        done: Int = 0,
        total: Int = 0
    ) -> StatusReport.Job {
        var job = StatusReport.Job(queue: queue, job: name, state: state)
        job.done = done
        job.total = total
        job.errors = 3
        job.model = "sentiment@1"
        if state == .running {
            job.recordsPerSecond = 61234.5
            job.etaSeconds = 187
        }
        return job
    }

    private func queue(_ name: String) throws -> StatusReport.Queue {
        let count = #"{"count":1,"more":false}"#
        let keys = ["incoming", "active", "finished", "held", "quarantined", "duplicates", "failed"]
        let json = #"{"queue":"\#(name)","# + keys.map { "\"\($0)\":\(count)" }.joined(separator: ",") + "}"
        return try DocumentCoding.decode(StatusReport.Queue.self, from: Array(json.utf8))
    }

    private func screen(queues: Int = 3, jobs: Int = 4, daemon: StatusReport.Daemon? = nil) throws -> TopScreen {
        let names = (0..<queues).map { $0 == 1 ? "股市舆情监控与新闻分析" : "queue-\($0)" }
        let running = (0..<jobs).map { number in
            job(names[number % queues], "股市大跌恐慌情绪蔓延😀-\(number)", .running, done: 500 + number, total: 1000)
        }
        let report = StatusReport(
            daemon: daemon
                ?? StatusReport.Daemon(running: true, recordsPerSecond: 61234.5, computeThreads: 2, coresBusy: 1.94),
            queues: try names.map(queue),
            jobs: running + [job("queue-0", "old", .done, done: 10, total: 10), job("queue-0", "new", .failed)]
        )
        return TopScreen(report: report, root: "/srv/batchd", clock: "03:12:07")
    }

    @Test(arguments: [(24, 80), (10, 40), (60, 200), (5, 20), (1, 1), (3, 10)])
    func aFrameFitsItsScreen(rows: Int, columns: Int) throws {
        for (queues, jobs) in [(1, 0), (3, 4), (40, 100)] {
            let lines = try screen(queues: queues, jobs: jobs).lines(rows: rows, columns: columns)
            #expect(lines.count <= rows)
            #expect(lines.allSatisfy { $0.text.displayWidth <= columns }, "\(lines.map(\.text))")
        }
    }

    @Test func alarmsThatHaveNotArrivedAreNamed() throws {
        var report = try screen().report
        let waiting = #"{"receiver":"webhook","jobs":1,"alarms":2}"#
        let refused = #"{"receiver":"command","job":"q/a","alarms":1,"at":"2026-03-01T03:00:00Z","reason":"65"}"#
        report.mark(
            UndeliveredAlerts(
                waiting: [try DocumentCoding.decode(WaitingAlerts.self, from: Array(waiting.utf8))],
                refused: [try DocumentCoding.decode(RefusedAlerts.self, from: Array(refused.utf8))]
            )
        )
        let lines = TopScreen(report: report, root: "/srv/batchd", clock: "03:12:07").lines(rows: 24, columns: 100)
        #expect(lines[2].text == "2 alarms of 1 job wait for 'webhook'; it is tried again and again")
        let words = "'command' refused 1 alarm of q/a at 2026-03-01T03:00:00Z, for good: 65; see its alerts.jsonl"
        #expect(lines[3].text == words)
    }

    @Test func theUsualTerminalShowsWhatMatters() throws {
        let text = try screen().lines(rows: 24, columns: 80).map(\.text)
        #expect(text[0].hasPrefix("batchd top  /srv/batchd") && text[0].hasSuffix("03:12:07  q quits"))
        #expect(text[1] == "61234 records/s   1.9 of 2 cores   padding 0 %   ETA 1s")
        #expect(text[3].hasPrefix("queue ") && text[3].contains("incoming") && text[3].contains("held"))
        let jobs = try #require(text.firstIndex { $0.hasPrefix("job ") })
        #expect(text[jobs].contains("state") && text[jobs].contains("done") && text[jobs].contains("ETA"))
        #expect(text[jobs + 1].contains("running") && text[jobs + 1].contains("50 %"))
        // Finished jobs come last, the newest of them first.
        #expect(text[jobs + 5].contains("queue-0/new") && text[jobs + 6].contains("queue-0/old"))
    }

    private func heading(_ jobs: [StatusReport.Job], recordsPerSecond: Double, active: Int) throws -> String {
        let daemon = StatusReport.Daemon(running: true, recordsPerSecond: recordsPerSecond)
        var queue = try queue("night")
        queue.active = StatusReport.Count(active)
        let report = StatusReport(daemon: daemon, queues: [queue], jobs: jobs)
        return TopScreen(report: report, root: "/", clock: "").lines(rows: 24, columns: 80)[1].text
    }

    @Test func theTimeLeftIsThatOfAllThatWasTaken() throws {
        let running = (0..<3).map { job("night", "running-\($0)", .running, done: 4050, total: 5000) }
        let waiting = (0..<6).map { job("night", "waiting-\($0)", .running, total: 5000) }
        let over = [
            job("night", "held", .held, done: 1, total: 90_000), job("night", "old", .done, done: 9, total: 9),
        ]
        let jobs = running + waiting + over
        #expect(try heading(jobs, recordsPerSecond: 284, active: 9).hasSuffix("   ETA 1m56s"))
        // What nobody has counted yet makes it longer.
        let unread = StatusReport.Job(queue: "night", job: "new.jsonl", state: .incoming)
        #expect(try heading(jobs + [unread], recordsPerSecond: 284, active: 9).hasSuffix("   ETA >1m56s"))
        #expect(try heading(jobs, recordsPerSecond: 284, active: 10).hasSuffix("   ETA >1m56s"))
        #expect(try heading([unread], recordsPerSecond: 284, active: 0).hasSuffix("   ETA -"))
        #expect(try heading(jobs, recordsPerSecond: 0, active: 9).hasSuffix("   ETA -"))
        #expect(try !heading(over, recordsPerSecond: 284, active: 0).contains("ETA"))
    }

    @Test func whatAStoppedQueueHoldsIsNotWaitedFor() throws {
        var stopped = try queue("night")
        stopped.stopped = "its disk failed"
        let jobs = [job("night", "a", .running, total: 90_000), job("day", "b", .running, total: 100)]
        let daemon = StatusReport.Daemon(running: true, recordsPerSecond: 10)
        let report = StatusReport(daemon: daemon, queues: [stopped, try queue("day")], jobs: jobs)
        let lines = TopScreen(report: report, root: "/", clock: "").lines(rows: 24, columns: 80)
        #expect(lines[1].text.hasSuffix("   ETA 10s"))
    }

    @Test func aNarrowTerminalKeepsNameStateAndShare() throws {
        let text = try screen().lines(rows: 10, columns: 40).map(\.text)
        let jobs = try #require(text.firstIndex { $0.hasPrefix("job ") })
        #expect(text[jobs].contains("state") && text[jobs].contains("done") && !text[jobs].contains("model"))
        #expect(text[jobs + 1].contains(Glyphs.standard.ellipsis) && text[jobs + 1].contains("50 %"))
    }

    @Test func aWideTerminalShowsEverything() throws {
        let text = try screen().lines(rows: 60, columns: 200).map(\.text)
        let jobs = try #require(text.firstIndex { $0.hasPrefix("job ") })
        for column in ["state", "done", "records", "errors", "records/s", "ETA", "model"] {
            #expect(text[jobs].contains(column))
        }
        #expect(text[jobs + 1].contains("股市大跌恐慌情绪蔓延😀-0") && text[jobs + 1].contains("500/1000"))
    }

    @Test func namesAreToldApartByTheirEnds() throws {
        let queue = "a-very-long-queue-name-that-somebody-chose"
        let jobs = (1...3).map { job(queue, "reviews-2026-11-2\($0)", .running, done: 500, total: 1000) }
        let daemon = StatusReport.Daemon(running: true)
        let report = StatusReport(daemon: daemon, queues: [try self.queue(queue)], jobs: jobs)
        let screen = TopScreen(report: report, root: "/srv/batchd", clock: "03:12:07")
        for columns in [40, 80] {
            let text = screen.lines(rows: 24, columns: columns).map(\.text)
            for day in ["21", "22", "23"] { #expect(text.contains { $0.contains("2026-11-\(day) ") }) }
        }
    }

    @Test func ofACancelledJobNothingIsDone() throws {
        let cancelled = job("night", "cancelled", .failed)
        let empty = job("night", "empty", .done)
        let daemon = StatusReport.Daemon(running: false)
        let report = StatusReport(daemon: daemon, queues: [], jobs: [empty, cancelled])
        let text = TopScreen(report: report, root: "/", clock: "").lines(rows: 24, columns: 200).map(\.text)
        let rows = text.filter { $0.hasPrefix("night/") }
        #expect(!rows[0].contains("%") && !rows[0].contains("0/0"), "\(rows)")
        #expect(rows[1].contains("100 %") && rows[1].contains("0/0"), "\(rows)")
    }

    @Test func whatDoesNotFitIsCounted() throws {
        let text = try screen(queues: 40, jobs: 100).lines(rows: 24, columns: 80).map(\.text)
        let more = text.compactMap { $0.wholeMatch(of: /and ([0-9]+) more (queues|jobs)/) }
        #expect(more.map { $0.output.2 } == ["queues", "jobs"])
        let jobs = try #require(text.firstIndex { $0.hasPrefix("job ") })
        let hidden = try #require(Int(more[1].output.1))
        #expect(hidden + (text.count - 1 - (jobs + 1)) == 102)
    }

    @Test func aDaemonThatIsNotThereOrWaitsIsSaid() throws {
        let none = try screen(daemon: StatusReport.Daemon(running: false)).lines(rows: 24, columns: 80).map(\.text)
        #expect(none[1] == "no daemon runs here; start one with: batchd run --root /srv/batchd")
        let silent = try screen(daemon: StatusReport.Daemon(running: true)).lines(rows: 24, columns: 80).map(\.text)
        #expect(silent[1].contains("has not said more"))
        var hung = StatusReport.Daemon(running: true)
        hung.silentSeconds = 45
        let stuck = try screen(daemon: hung).lines(rows: 24, columns: 80).map(\.text)
        #expect(stuck[1] == "a daemon runs here, but has said nothing for 45 s; see: batchd doctor")
        let table = StatusTable(StatusReport(daemon: hung, queues: [], jobs: []), root: "/srv/batchd").text
        #expect(table.hasPrefix("a daemon runs '/srv/batchd', but has said nothing for 45 s; see: batchd doctor\n"))
        let paused = StatusReport.Daemon(running: true, recordsPerSecond: 0, pause: "the disk is full\u{1B}[2J")
        let lines = try screen(daemon: paused).lines(rows: 24, columns: 80).map(\.text)
        #expect(lines[2].hasPrefix("paused: the disk is full") && !lines[2].contains("\u{1B}"))
    }

    @Test(arguments: [
        ("abc", 3), ("股市", 4), ("😀", 2), ("e\u{301}", 1), ("ｶﾅ", 2), ("한글", 4), ("👨‍👩‍👧", 2), ("❤️", 2), ("", 0), ("，。", 4),
    ])
    func widthIsThatOfATerminal(text: String, width: Int) {
        #expect(text.displayWidth == width)
    }

    @Test func textIsCutByWidth() {
        #expect("股市大跌".fitted(to: 8) == "股市大跌")
        #expect("股市大跌".fitted(to: 7, mark: "…") == "股市大…")
        #expect("股市大跌".fitted(to: 6, mark: "…") == "股市…")
        #expect("abc".fitted(to: 1, mark: "…") == "…" && "abc".fitted(to: 0) == "")
        let name = "a-very-long-queue/2026-11-21"
        #expect(name.fittedInMiddle(to: 28) == name)
        #expect(name.fittedInMiddle(to: 16, mark: "…") == "a-ver…2026-11-21")
        #expect("股市大跌恐慌".fittedInMiddle(to: 11, mark: "…") == "股市…跌恐慌")
        #expect("股市大跌恐慌".fittedInMiddle(to: 10, mark: "…") == "股…跌恐慌")
        #expect("abc".fittedInMiddle(to: 1, mark: "…") == "…" && "abc".fittedInMiddle(to: 0) == "")
        #expect("股".filled(to: 4) == "股  " && "股".filled(to: 4, alignsRight: true) == "  股")
    }
}
