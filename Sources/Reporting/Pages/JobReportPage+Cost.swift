import BatchCore

extension JobReportPage {
    /// Writes how many records were finished when.
    func writeThroughput(to html: inout HTMLWriter) {
        guard let series = report.throughput, series.records.total > 0, series.binSeconds > 0 else { return }
        html.section("Throughput") { section in
            section.note(
                "Records finished over time; a column is \(NumberText.duration(series.binSeconds)). "
                    + "A block of records counts when its answers are safe on disk."
            )
            let rate = { (records: Int) in NumberText.significant(Double(records) / series.binSeconds) + " records/s" }
            ColumnChart(
                title: "Records finished over time",
                description: "At most \(rate(series.records.max() ?? 0)); "
                    + "on average \(rate(series.records.total / max(series.records.count, 1))).",
                columns: series.records.enumerated().map { bin, records in
                    let start = job.acceptedWallSeconds + Double(bin) * series.binSeconds
                    let clock = CivilTime(wallSeconds: start).clockSeconds
                    return .init(value: Double(records), title: "\(clock): \(NumberText.count(records, "record"))")
                },
                ticks: throughputTicks(series),
                peakText: { rate(Int($0)) },
                fill: 0.84
            ).write(to: &section)
        }
    }

    private func throughputTicks(_ series: Throughput) -> [ColumnChart.Tick] {
        let span = series.binSeconds * Double(series.records.count)
        return [0, 0.5, 1].map { position in
            let time = CivilTime(wallSeconds: job.acceptedWallSeconds + position * span)
            return .init(position: position, text: span < 3600 ? time.clockSeconds : time.clock)
        }
    }

    /// Writes where the seconds went and what they cost.
    func writeTime(to html: inout HTMLWriter) {
        let total = report.stages.total
        guard total > 0 else { return }
        let stages = [
            ("Reading and unpacking", report.stages.read), ("Checking JSON", report.stages.scan),
            ("Turning text into tokens", report.stages.encode), ("The model", report.stages.predict),
            ("Writing results", report.stages.write),
        ]
        html.section("Where the seconds went") { section in
            section.note(costInWords)
            let columns: [TableColumn] = [.text("Stage"), .bars("Share"), .number("CPU"), .number("Part")]
            section.table(caption: "CPU seconds by stage", columns: columns) { body in
                for (name, seconds) in stages {
                    body.block("tr") { row in
                        row.inline("th", ["scope": "row"], text: name)
                        row.inline("td", ["class": "wide-bar"]) { cell in
                            let title = "\(name): \(NumberText.share(seconds / total))"
                            RangeBar(value: seconds / total, full: 1, title: title).write(to: &cell)
                        }
                        row.number(NumberText.duration(seconds))
                        row.number(NumberText.share(seconds / total))
                    }
                }
            }
        }
    }

    /// What the job, and a million records like its own, take.
    private var costInWords: String {
        var words = "\(NumberText.duration(report.stages.total)) on all cores together"
        if job.wallSeconds > 0 {
            let cores = NumberText.significant(report.stages.total / job.wallSeconds)
            words += ", \(cores) of them busy on average"
        }
        words += "."
        guard let million = job.cpuSecondsPerMillion else { return words }
        words += " A million such records take \(NumberText.significant(million)) CPU seconds"
        if let usual = usually(\.cost) {
            words += " (usually \(NumberText.significant(usual.median)))"
        }
        if let price = report.corePrice {
            let cost = NumberText.significant(million / 3600 * price.perHour)
            let hour = NumberText.significant(price.perHour)
            words += ", or \(price.currency) \(cost) at \(price.currency) \(hour) a core hour"
        }
        return words + "."
    }

    /// Writes what became of every record.
    func writeRecords(to html: inout HTMLWriter) {
        let records = job.records
        guard records.read > 0 else { return }
        var rows: [(name: String, count: Int, kind: String?)] = [
            ("Read", records.read, "sum"),
            ("With a result", records.answered, nil),
            ("the same text as another, answered once", records.deduplicated, "sub"),
            ("read in several windows", records.windowed, "sub"),
            ("cut short", records.truncated, "sub"),
            ("Without a result", records.failed, nil),
        ]
        if records.cached > 0 {
            rows.insert(("the same text as in another job, answered then", records.cached, "sub"), at: 3)
        }
        html.section("What became of the records") { section in
            let columns: [TableColumn] = [.text("Records"), .number("Count"), .number("Share")]
            section.table(caption: "Records", columns: columns) { body in
                for row in rows {
                    body.block("tr", ["class": row.kind]) { line in
                        line.inline("th", ["scope": "row"], text: row.name)
                        line.number(NumberText.count(row.count))
                        line.number(NumberText.share(row.count, of: records.read))
                    }
                }
            }
        }
    }
}
