import BatchCore

extension QueueReportPage {
    /// Rows that are shown at most.
    private enum Rows {
        static let labels = 20
        static let codes = 20
        static let jobs = 200
    }

    private var drawn: ArraySlice<Night> { calendar.suffix(Self.drawnNightsMaximum) }

    /// Writes how often each label was given, over all nights and night by night.
    func writeLabels(to html: inout HTMLWriter) {
        let total = whole.labelTotal
        guard total > 0 else { return }
        let labels = whole.labels.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        html.section("Labels") { section in
            section.note("Shares of the labels of all nights, of the lowest, the highest and the newest night.")
            let columns: [TableColumn] = [
                .text("Label"), .number("All nights"), .moreNumbers("Lowest"), .moreNumbers("Highest"),
                .number("Newest"), .moreBars("Night by night"),
            ]
            section.table(caption: "Labels", columns: columns) { body in
                for (label, count) in labels.prefix(Rows.labels) {
                    body.block("tr") { row in
                        row.inline("th", ["scope": "row"]) { $0.foreign(label, to: 80) }
                        row.number(NumberText.share(count, of: total))
                        write(sharesOf: label, to: &row)
                    }
                }
            }
            if labels.count > Rows.labels {
                let hidden = NumberText.count(labels.count - Rows.labels, "rarer label is", "rarer labels are")
                section.note("\(hidden) not shown.")
            }
        }
    }

    private func write(sharesOf label: String, to row: inout HTMLWriter) {
        let shares = calendar.map { night in
            night.labelTotal > 0 ? Double(night.labels[label] ?? 0) / Double(night.labelTotal) : nil
        }
        let known = UsualRange(shares.compactMap(\.self))
        row.number(known.map { NumberText.share($0.low) } ?? "–", kind: "n more")
        row.number(known.map { NumberText.share($0.high) } ?? "–", kind: "n more")
        row.number(shares.compactMap(\.self).last.map { NumberText.share($0) } ?? "–")
        row.inline("td", ["class": "more"]) { cell in
            let title = "\(ForeignText.shortened(label, to: 80)), share of each night"
            NightColumns(values: shares.suffix(drawn.count), marksLast: false, title: title).write(to: &cell)
        }
    }

    /// Writes the codes of records without a result.
    func writeErrors(to html: inout HTMLWriter) {
        var codes: [String: Int] = [:]
        for job in counted.jobs { codes.merge(job.errors) { $0 + $1 } }
        guard !codes.isEmpty else { return }
        html.section("Errors") { section in
            let columns: [TableColumn] = [
                .text("Code"), .number("Records"), .number("Nights"), .moreBars("Night by night"),
            ]
            section.table(caption: "Errors", columns: columns) { body in
                let sorted = codes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                for (code, count) in sorted.prefix(Rows.codes) {
                    let counts = calendar.map { night in
                        night.jobs.isEmpty ? nil : night.jobs.reduce(0) { $0 + ($1.errors[code] ?? 0) }
                    }
                    body.block("tr") { row in
                        row.inline("th", ["scope": "row"]) { cell in cell.inline("code") { $0.foreign(code, to: 80) } }
                        row.number(NumberText.count(count))
                        row.number(NumberText.count(counts.count { ($0 ?? 0) > 0 }))
                        row.inline("td", ["class": "more"]) { cell in
                            let title = "\(ForeignText.shortened(code, to: 80)), records of each night"
                            let values = counts.suffix(drawn.count).map { count in count.map { Double($0) } }
                            NightColumns(values: values, marksLast: false, title: title).write(to: &cell)
                        }
                    }
                }
            }
        }
    }

    /// Writes which models answered when.
    func writeModels(to html: inout HTMLWriter) {
        let models = nights.flatMap(\.jobs).reduce(into: [ModelIdentity]()) { models, job in
            if let model = job.model, !models.contains(model) { models.append(model) }
        }
        guard !models.isEmpty else { return }
        html.section("Models") { section in
            let columns: [TableColumn] = [
                .text("Model"), .text("Precision"), .text("First and last night"), .number("Records"),
                .moreBars("Weights"),
            ]
            section.table(caption: "Models", columns: columns) { body in
                for model in models {
                    let jobs = counted.jobs.filter { $0.model == model }
                    let dates = [jobs.first, jobs.last].compactMap { job in
                        job.map { CivilTime(wallSeconds: $0.finishedWallSeconds).shortDate }
                    }
                    body.block("tr") { row in
                        row.inline("th", ["scope": "row"]) { $0.foreign(model.reference, to: 80) }
                        row.inline("td", text: model.precision)
                        row.inline("td", text: dates.joined(separator: " to "))
                        row.number(NumberText.count(jobs.reduce(0) { $0 + $1.records.read }))
                        row.inline("td", ["class": "more mono"], text: String(model.weightsSHA256.prefix(12)))
                    }
                }
            }
        }
    }

    /// Writes the jobs, newest first.
    func writeJobs(to html: inout HTMLWriter) {
        html.section("Jobs", kind: "long") { section in
            if report.jobs.count > Rows.jobs {
                section.note("The newest \(Rows.jobs) of \(NumberText.count(report.jobs.count)), and all that failed.")
            }
            if counted.jobs.count < report.jobs.count {
                section.note(
                    "A record is counted once: where a job was answered again, the newest answers are; what a replay "
                        + "answers was counted as an error of the job that it comes from."
                )
            }
            let columns: [TableColumn] = [
                .text("Finished"), .text("Job"), .text("End"), .number("Records"), .number("Without a result"),
                .moreNumbers("Took"), .moreBars("Most frequent label"),
            ]
            section.table(caption: "Jobs", columns: columns) { body in
                for (index, job) in report.jobs.reversed().enumerated() where index < Rows.jobs || !job.hasSucceeded {
                    write(job, to: &body)
                }
            }
        }
    }

    private func write(_ job: JobFigures, to body: inout HTMLWriter) {
        let time = CivilTime(wallSeconds: job.finishedWallSeconds)
        body.block("tr") { row in
            row.inline("td", ["class": "line"], text: "\(time.shortDate), \(time.clock)")
            row.inline("th", ["scope": "row"]) { $0.foreign(job.key, to: 210) }
            row.inline("td") { cell in
                if job.hasSucceeded {
                    let alarms = (job.alarmsUp ?? 0) == 0 ? "" : ", \(NumberText.count(job.alarmsUp ?? 0, "alarm"))"
                    cell.text("success" + alarms)
                } else {
                    cell.inline("strong", ["class": "bad"], text: "✕ failed")
                }
                if counted.answeredAgain.contains(job.key) { cell.text(", answered again") }
                if job.replays != nil { cell.text(", a replay") }
            }
            row.number(NumberText.count(job.records.read))
            row.number(NumberText.count(job.records.failed))
            row.number(NumberText.duration(job.wallSeconds), kind: "n more")
            row.inline("td", ["class": "more"]) { cell in
                guard let first = job.sortedLabels.first, first.count > 0 else { return cell.text("–") }
                cell.foreign(first.label, to: 40)
                cell.text(", \(NumberText.share(first.count, of: job.labelTotal))")
            }
        }
    }
}
