/// The report of a queue over its nights, on one page that needs nothing else.
public struct QueueReportPage {
    let report: QueueReport
    /// The jobs that figures and charts are made of; others are listed only.
    let counted: CountedJobs
    /// The nights that had jobs.
    let nights: [Night]
    /// The nights side by side, also those without a job.
    let calendar: [Night]
    /// All nights together.
    let whole: Night

    /// Nights that a row of a table draws at most; charts draw all.
    static let drawnNightsMaximum = 60

    /// Puts the jobs of a period into their nights.
    ///
    /// - Parameter report: All that the page shows.
    public init(_ report: QueueReport) {
        self.report = report
        counted = CountedJobs(report.jobs)
        nights = Night.nights(of: counted.jobs)
        // The newest night is not over yet.
        let last = Night.number(ofWallSeconds: report.untilWallSeconds) - 1
        calendar = Night.calendar(of: nights, through: last)
        var whole = Night(number: 0)
        for job in counted.jobs { whole.add(job) }
        self.whole = whole
    }

    /// The page; equal reports give equal bytes.
    public var bytes: [UInt8] {
        PageFrame.page(title: "\(report.queue), \(period) · batchd") { body in
            body.block("header") { writeHeader(to: &$0) }
            body.block("main") { main in
                guard !report.jobs.isEmpty else { return }
                writeFigures(to: &main)
                main.alarms(report.alarms, heading: "Alarms that stand", others: "metrics.json of the newest job")
                writeLabels(to: &main)
                main.block("div", ["class": "pair"]) { pair in
                    for series in series { write(series, to: &pair) }
                }
                writeErrors(to: &main)
                writeModels(to: &main)
                writeJobs(to: &main)
            }
            body.block("footer") { footer in
                footer.block(
                    "p",
                    text:
                        "Made by batchd from what done/ remembers. All times are UTC; a night goes from noon to noon "
                        + "UTC, and bears the date of its last job."
                )
            }
        }
    }

    private var period: String {
        [report.sinceWallSeconds, report.untilWallSeconds].map { CivilTime(wallSeconds: $0).date }
            .joined(separator: " to ")
    }

    private func writeHeader(to html: inout HTMLWriter) {
        html.block("p", ["class": "kicker"], text: "Queue, \(period)")
        html.block("h1") { $0.foreign(report.queue) }
        verdict.write(to: &html, reason: nil)
    }

    private var verdict: Verdict {
        let missing =
            report.unreadable == 0
            ? "" : " \(NumberText.count(report.unreadable, "record")) in done/ could not be read and is missing here."
        guard !report.jobs.isEmpty else {
            return Verdict(tone: .careful, word: "Nothing", sentence: "No job finished in this time." + missing)
        }
        let failed = report.jobs.count { !$0.hasSucceeded }
        let total = NumberText.count(report.jobs.count, "job")
        let alarms = alarmsUp == 0 ? "" : " After the newest of them \(NumberText.count(alarmsUp, "alarm")) stood."
        guard failed > 0 else {
            let words = "\(total) in \(nightsInWords), none of them failed."
            let isGood = (alarms + missing).isEmpty
            return Verdict(
                tone: isGood ? .good : .careful,
                word: "All succeeded",
                sentence: words + alarms + missing
            )
        }
        return Verdict(
            tone: .careful,
            word: "\(NumberText.count(failed)) failed",
            sentence: "\(total) in \(nightsInWords); those that failed are marked below."
                + alarms + missing
        )
    }

    /// "30 nights", those that brought nothing but repetitions and replays among them.
    private var nightsInWords: String {
        NumberText.count(Set(report.jobs.map { Night.number(ofWallSeconds: $0.finishedWallSeconds) }).count, "night")
    }

    /// Alarms that stood after the newest job that says something about its night.
    private var alarmsUp: Int { report.jobs.lazy.compactMap(\.alarmsUp).last ?? 0 }

    private func writeFigures(to html: inout HTMLWriter) {
        let records = whole.records
        html.block("section", ["class": "short"]) { section in
            section.block("h2", ["class": "unseen"], text: "In short")
            section.block("dl", ["class": "figures"]) { list in
                list.figure("Nights", NumberText.count(nights.count), NumberText.count(whole.jobs.count, "job"))
                list.figure("Records", NumberText.count(records.read), perNight)
                list.figure("Without a result", NumberText.count(records.failed), share(records.failed))
                list.figure("Cut short", NumberText.count(records.truncated), share(records.truncated))
                let repeated = NumberText.count(records.deduplicated)
                list.figure("Repeated within a job", repeated, share(records.deduplicated))
                if records.cached > 0 {
                    list.figure("Answered in an earlier job", NumberText.count(records.cached), share(records.cached))
                }
                list.figure("CPU seconds a million", millionInWords, priceInWords)
            }
        }
    }

    private func share(_ count: Int) -> String? {
        whole.records.read > 0 ? NumberText.share(count, of: whole.records.read) + " of the records" : nil
    }

    private var perNight: String? {
        guard let usual = UsualRange(nights.map { Double($0.records.read) }) else { return nil }
        return "\(NumberText.count(Int(usual.median))) on a usual night"
    }

    private var millionInWords: String {
        whole.cpuSecondsPerMillion.map(NumberText.significant) ?? "–"
    }

    private var priceInWords: String? {
        guard let million = whole.cpuSecondsPerMillion, let price = report.corePrice else { return nil }
        return "\(price.currency) \(NumberText.significant(million / 3600 * price.perHour)) a million"
    }
}

extension Night {
    /// CPU seconds for a million records; nil of too few to tell.
    var cpuSecondsPerMillion: Double? { MillionCost.cpuSeconds(records: records.read, took: cpuSeconds) }
}
