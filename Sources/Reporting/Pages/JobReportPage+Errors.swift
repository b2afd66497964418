extension JobReportPage {
    /// Codes that are shown with their first lines.
    private static let codesMaximum = 12

    /// Writes why records have no result.
    func writeErrors(to html: inout HTMLWriter) {
        let codes = job.errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        guard !codes.isEmpty else { return }
        html.section("Errors", kind: "long") { section in
            section.note(
                "\(NumberText.count(job.records.failed, "record")) without a result; all of them are in "
                    + "errors.jsonl.zst, which can be mended and dropped again as it is."
            )
            for (code, count) in codes.prefix(Self.codesMaximum) { write(code, count: count, to: &section) }
            if codes.count > Self.codesMaximum {
                let hidden = codes.dropFirst(Self.codesMaximum)
                let records = hidden.reduce(0) { $0 + $1.value }
                let words = NumberText.count(records, "record")
                let codes = NumberText.count(hidden.count, "more code is", "more codes are")
                section.note("\(codes) in metrics.json, with \(words).")
            }
        }
    }

    private func write(_ code: String, count: Int, to html: inout HTMLWriter) {
        html.block("div", ["class": "code"]) { group in
            group.block("h3") { heading in
                heading.inline("code") { $0.foreign(code, to: 80) }
                let share = NumberText.share(count, of: job.records.read)
                heading.inline("span", text: " \(NumberText.count(count, "record")), \(share)\(former(code))")
            }
            let samples = report.errorSamples[code] ?? []
            guard !samples.isEmpty else { return }
            let columns: [TableColumn] = [
                TableColumn(name: "Line", kind: "n ordinal"), TableColumn(name: "What is wrong", kind: "wrong"),
                .text("The record begins"),
            ]
            group.table(caption: "First lines with \(code)", columns: columns) { body in
                for sample in samples {
                    body.block("tr") { row in
                        row.number(NumberText.count(sample.line))
                        row.inline("td") { $0.foreign(sample.message) }
                        row.inline("td", ["class": "mono"]) { $0.foreign(sample.excerpt) }
                    }
                }
            }
        }
    }

    /// How often the code was seen in former nights.
    private func former(_ code: String) -> String {
        let known = comparison.known
        let nights = known.count { night in night.jobs.contains { ($0.errors[code] ?? 0) > 0 } }
        switch known.count {
        case 0: return ""
        case 1: return nights == 0 ? "; not in the night before" : "; in the night before, too"
        default: return "; in \(nights == 0 ? "none" : "\(nights)") of the last \(known.count) nights"
        }
    }
}
