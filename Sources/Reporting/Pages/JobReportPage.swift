import BatchCore

/// `report.html`: what one job brought, and whether to trust it, on one page that needs nothing else.
public struct JobReportPage {
    let report: JobReport
    let comparison: Comparison
    let findings: [Finding]

    /// Judges a job against its past.
    ///
    /// - Parameter report: All that the page shows.
    public init(_ report: JobReport) {
        self.report = report
        comparison = Comparison(of: report)
        findings = JobJudge(report: report, comparison: comparison).findings
    }

    var job: JobFigures { report.figures }

    /// "the last 14 nights", for the marks of charts.
    var nightsInWords: String { comparison.nightsInWords }

    /// What a number was in former jobs, where there are enough nights to call that usual.
    func usually(_ figure: KeyPath<UsualFigures, UsualRange?>) -> UsualRange? {
        comparison.isMeaningful ? comparison.usual[keyPath: figure] : nil
    }

    /// The page; equal reports give equal bytes.
    public var bytes: [UInt8] {
        PageFrame.page(title: "\(job.key) · \(report.queue) · batchd") { body in
            body.block("header") { writeHeader(to: &$0) }
            body.block("main") { main in
                writeFigures(to: &main)
                main.alarms(report.alarms, heading: "Alarms", others: "alerts.jsonl and metrics.json")
                writeFindings(to: &main)
                writeLabels(to: &main)
                main.block("div", ["class": "pair"]) { pair in
                    writeConfidence(to: &pair)
                    writeLengths(to: &pair)
                }
                for slice in report.slices { write(slice, to: &main) }
                writeErrors(to: &main)
                main.block("div", ["class": "pair"]) { pair in
                    writeThroughput(to: &pair)
                    writeTime(to: &pair)
                    writeRecords(to: &pair)
                    writeProvenance(to: &pair)
                }
            }
            body.block("footer") { footer in
                footer.block("p") { line in
                    line.text("Made by ")
                    line.foreign(job.build)
                    line.text(
                        ". All times are UTC; a night goes from noon to noon UTC, and bears the date of its last job."
                    )
                }
            }
        }
    }

    private func writeHeader(to html: inout HTMLWriter) {
        html.block("p", ["class": "kicker"]) { line in
            line.text("Queue ")
            line.foreign(report.queue)
            line.text(" · finished \(CivilTime(wallSeconds: job.finishedWallSeconds).moment)")
        }
        html.block("h1") { $0.foreign(job.key) }
        let verdict = Verdict(of: report, findings: findings, comparison: comparison)
        verdict.write(to: &html, reason: report.failure)
    }

    private func writeFigures(to html: inout HTMLWriter) {
        let records = job.records
        html.block("section", ["class": "short"]) { section in
            section.block("h2", ["class": "unseen"], text: "In short")
            section.block("dl", ["class": "figures"]) { list in
                list.figure("Records", NumberText.count(records.read), volumeInWords)
                list.figure("With a result", NumberText.count(records.answered), share(records.answered))
                list.figure("Without", NumberText.count(records.failed), share(records.failed))
                list.figure("Cut short", NumberText.count(records.truncated), share(records.truncated))
                list.figure("Took", NumberText.duration(job.wallSeconds), rateInWords)
                list.figure("Model", job.model?.reference ?? "none", job.model.map { "in \($0.precision)" })
            }
        }
    }

    private func share(_ count: Int) -> String? {
        job.records.read > 0 ? NumberText.share(count, of: job.records.read) + " of the records" : nil
    }

    private var volumeInWords: String? {
        comparison.sizes.map { "usually \(NumberText.count(Int($0.range.median)))" }
    }

    private var rateInWords: String? {
        guard job.wallSeconds > 0, job.records.read > 0 else { return nil }
        return "\(NumberText.significant(Double(job.records.read) / max(job.wallSeconds, 1e-3))) records/s"
    }

    private func writeFindings(to html: inout HTMLWriter) {
        guard !findings.isEmpty else { return }
        html.section("What stands out") { section in
            section.block("ul", ["class": "findings"]) { list in
                for finding in findings {
                    list.block("li") { item in
                        item.inline("strong") { $0.foreign(finding.subject) }
                        item.inline("span", text: finding.sentence)
                    }
                }
            }
        }
    }
}

extension HTMLWriter {
    /// Writes one number of the strip at the top.
    mutating func figure(_ name: String, _ value: String, _ remark: String?) {
        block("div") { figure in
            figure.inline("dt", text: name)
            figure.inline("dd") { $0.foreign(value, to: 40) }
            if let remark { figure.inline("dd", text: remark) }
        }
    }
}

extension Verdict {
    /// Writes the verdict, with a sign whose shape says the same as its colour.
    func write(to html: inout HTMLWriter, reason: ReportedFailure?) {
        let kind: String
        let shape: String
        switch tone {
        case .good: (kind, shape) = ("good", "M10 1a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM6 10.4l2.8 2.8 5.4-6")
        case .careful: (kind, shape) = ("careful", "M10 2L1.2 18h17.6zM10 8v4.6M10 14.4v1.4")
        case .bad: (kind, shape) = ("bad", "M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3zM7 7l6 6M13 7l-6 6")
        }
        html.block("div", ["class": "verdict \(kind)"]) { box in
            box.inline("svg", ["width": "20", "height": "20", "viewBox": "0 0 20 20", "aria-hidden": "true"]) { svg in
                svg.empty(
                    "path",
                    ["d": shape, "fill": "none", "stroke": "currentColor", "stroke-width": "2"]
                )
            }
            box.inline("p") { line in
                line.inline("strong", text: word + ". ")
                line.inline("span") { words in
                    words.text(sentence)
                    guard let reason else { return }
                    words.text(" ")
                    words.inline("code") { $0.foreign(reason.code) }
                    words.text(": ")
                    words.foreign(reason.message, to: 1000)
                }
            }
        }
    }
}
