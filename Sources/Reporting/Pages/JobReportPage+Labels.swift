extension JobReportPage {
    /// Labels that have a row of their own.
    private static let labelsMaximum = 12

    /// One row of the table of labels.
    private struct LabelRow {
        var name: String
        /// How often tonight.
        var count: Int
        /// What its share was in former nights.
        var usual: UsualRange?
        /// Its share of each of them.
        var former: [Double] = []
        /// Whether it stands for all that have no row.
        var isRest = false
    }

    /// Writes how often each label was given, beside the nights before.
    func writeLabels(to html: inout HTMLWriter) {
        let total = job.labelTotal
        let rows = labelRows
        guard total > 0, !rows.isEmpty else { return }
        html.section("Labels") { section in
            if total != job.records.answered {
                section.note(
                    "\(NumberText.count(total, "label")) in \(NumberText.count(job.records.answered, "answer")); "
                        + "an answer may have several or none. Shares are of the labels."
                )
            }
            writeKey(to: &section)
            let largest = rows.reduce(0) { largest, row in
                max(largest, Double(row.count) / Double(total), row.usual?.high ?? 0)
            }
            section.table(caption: "Labels", columns: labelColumns) { body in
                for row in rows { write(row, total: total, largest: largest, to: &body) }
            }
        }
    }

    private var labelColumns: [TableColumn] {
        let tonight: [TableColumn] = [
            .text("Label"), .bars("Share"), .number("Tonight"), .moreNumbers("Count"),
        ]
        guard !comparison.nights.isEmpty else { return tonight }
        return tonight + [.moreNumbers("Lowest to highest"), .number("Points"), .moreBars("Night by night")]
    }

    /// The labels with the most tonight or in the past, and all others together.
    private var labelRows: [LabelRow] {
        let names = Set(job.labels.keys).union(comparison.usual.labels.keys)
        var rows = names.map { name in
            LabelRow(name: name, count: job.labels[name] ?? 0, usual: comparison.usual.labels[name])
        }
        rows.sort { first, second in
            let weights = (first.count, first.usual?.median ?? 0)
            let others = (second.count, second.usual?.median ?? 0)
            return (others.0, others.1, first.name) < (weights.0, weights.1, second.name)
        }
        let shown = rows.count > Self.labelsMaximum ? rows.prefix(Self.labelsMaximum - 1) : rows[...]
        let rest = rows.dropFirst(shown.count)
        return shown.map { row in
            var row = row
            row.former = formerShares { $0.labels[row.name] ?? 0 }
            return row
        } + (rest.isEmpty ? [] : [Self.row(for: rest, former: formerShares(of: rest))])
    }

    private static func row(for rest: ArraySlice<LabelRow>, former: [Double]) -> LabelRow {
        LabelRow(
            name: "\(rest.count) others",
            count: rest.reduce(0) { $0 + $1.count },
            usual: UsualRange(former),
            former: former,
            isRest: true
        )
    }

    private func formerShares(of rows: ArraySlice<LabelRow>) -> [Double] {
        let names = rows.map(\.name)
        return formerShares { night in names.reduce(0) { $0 + (night.labels[$1] ?? 0) } }
    }

    private func formerShares(_ count: (Night) -> Int) -> [Double] {
        comparison.shares(part: count, whole: \.labelTotal)
    }

    private func write(_ row: LabelRow, total: Int, largest: Double, to html: inout HTMLWriter) {
        let share = Double(row.count) / Double(total)
        let usual = row.usual ?? UsualRange(row.former)
        let range = usual.map(NumberText.range)
        let now = NumberText.share(row.count, of: total)
        let name = ForeignText.shortened(row.name, to: 80)
        html.block("tr", ["class": row.isRest ? "sub" : nil]) { line in
            line.inline("th", ["scope": "row"]) { $0.foreign(name) }
            line.inline("td", ["class": "wide-bar"]) { cell in
                let past = range.map { "; \(nightsInWords): \($0)" } ?? ""
                RangeBar(value: share, usual: usual, full: largest, title: "\(name): \(now)\(past)").write(to: &cell)
            }
            line.number(now)
            line.number(NumberText.count(row.count), kind: "n more")
            guard !comparison.nights.isEmpty else { return }
            line.number(range ?? "–", kind: "n more")
            line.number(usual.map { NumberText.points(share - $0.median) } ?? "–")
            line.inline("td", ["class": "more"]) { cell in
                NightColumns(
                    values: row.former + [share],
                    title: "\(name), share of each night: "
                        + (row.former + [share]).map { NumberText.share($0) }.joined(separator: ", ")
                ).write(to: &cell)
            }
        }
    }

    /// Writes what bars, bands and strokes stand for.
    func writeKey(to html: inout HTMLWriter) {
        guard !comparison.nights.isEmpty else { return }
        html.key([("now", "this job"), ("usual", "lowest to highest of \(nightsInWords)\(comparison.leftOutInWords)")])
    }
}
