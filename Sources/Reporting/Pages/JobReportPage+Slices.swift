extension JobReportPage {
    /// Values of a field and labels of each that are shown at most.
    private enum SliceLimits {
        static let values = 25
        /// Those of them at most that are shown for an alarm, however few their records are.
        static let alarmedValues = 15
        static let labels = 4
        /// Labels of them at most that somebody watches.
        static let watchedLabels = 8
    }

    /// Writes the labels of the records that have each value of a field.
    func write(_ slice: FieldSlice, to html: inout HTMLWriter) {
        let shown = Self.shown(of: slice)
        guard !shown.isEmpty else { return }
        let all = slice.values + [slice.other]
        var whole: [String: Int] = [:]
        for value in all { whole.merge(value.labels) { $0 + $1 } }
        let labels = Self.labels(of: slice, given: whole)
        let total = whole.values.reduce(0, +)
        let shares = labels.map { total > 0 ? Double(whole[$0] ?? 0) / Double(total) : 0 }
        html.section("By “\(ForeignText.shortened(slice.field, to: 60))”", kind: "long") { section in
            section.note(
                "The share of each label among the records of a value. ▲ and ▼ mark shares that differ from the "
                    + "whole job's by more than five points and more than chance explains."
                    + Self.hiddenInWords(whole.keys.count { !labels.contains($0) })
            )
            let columns =
                [.text("Value"), .number("Records")]
                + labels.map { TableColumn.number(ForeignText.shortened($0, to: 24)) }
            section.table(caption: "Labels by \(ForeignText.shortened(slice.field, to: 60))", columns: columns) {
                body in
                for index in shown { write(slice.values[index], labels: labels, shares: shares, to: &body) }
                for rest in Self.rest(of: slice, without: Set(shown)) {
                    write(rest.records, name: rest.name, labels: labels, shares: shares, to: &body)
                }
            }
        }
    }

    /// The values with a row of their own: what an alarm is about, then the largest, all in the order of the slice.
    private static func shown(of slice: FieldSlice) -> [Int] {
        let alarmed = Set(
            slice.values.indices.filter { slice.values[$0].isAlarmed }.prefix(SliceLimits.alarmedValues)
        )
        let others = slice.values.indices.filter { !alarmed.contains($0) }
        return (alarmed + others.prefix(SliceLimits.values - alarmed.count)).sorted()
    }

    /// The labels with a column of their own: those that somebody watches, then the commonest.
    private static func labels(of slice: FieldSlice, given whole: [String: Int]) -> [String] {
        let watched = slice.watchedLabels.prefix(SliceLimits.watchedLabels)
        let sorted = whole.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        let common = sorted.filter { !watched.contains($0) }
        return Array(watched) + common.prefix(max(SliceLimits.labels - watched.count, 0))
    }

    private static func hiddenInWords(_ labels: Int) -> String {
        switch labels {
        case 0: ""
        case 1: " 1 other label is not shown."
        default: " \(NumberText.count(labels)) other labels are not shown."
        }
    }

    /// All records whose value has no row of its own, and those that have no value.
    private static func rest(
        of slice: FieldSlice,
        without shown: Set<Int>
    ) -> [(name: String, records: FieldSlice.Value)] {
        let hidden = slice.values.indices.filter { !shown.contains($0) }.map { slice.values[$0] }
        var rest = FieldSlice.Value(value: "", records: 0, labels: [:])
        for value in hidden {
            rest.records += value.records
            rest.labels.merge(value.labels) { $0 + $1 }
        }
        let rows = [
            (name: NumberText.count(hidden.count, "other value"), records: rest),
            (name: slice.mayLackValues ? "rarer values, or no value" : "no value", records: slice.other),
        ]
        return rows.filter { $0.records.records > 0 }
    }

    /// Writes a row; with a name in place of the value, one of many values, which is not marked.
    private func write(
        _ value: FieldSlice.Value,
        name: String? = nil,
        labels: [String],
        shares: [Double],
        to html: inout HTMLWriter
    ) {
        let total = value.labels.values.reduce(0, +)
        html.block("tr", ["class": name == nil ? nil : "sub"]) { row in
            row.inline("th", ["scope": "row"]) { cell in
                if let name { return cell.inline("em", text: name) }
                if value.value.isEmpty { cell.inline("em", text: "(empty)") } else { cell.foreign(value.value, to: 80) }
            }
            row.number(NumberText.count(value.records))
            for (label, whole) in zip(labels, shares) {
                write(value.labels[label] ?? 0, of: total, whole: name == nil ? whole : nil, to: &row)
            }
        }
    }

    private func write(_ count: Int, of total: Int, whole: Double?, to html: inout HTMLWriter) {
        html.inline("td", ["class": "n"]) { cell in
            let share = total > 0 ? Double(count) / Double(total) : 0
            if let whole, let mark = Self.mark(share: share, of: total, whole: whole) {
                cell.inline("span", ["aria-hidden": "true"], text: mark == .above ? "▲ " : "▼ ")
                cell.inline("span", ["class": "unseen"], text: mark == .above ? "above: " : "below: ")
            }
            cell.text(NumberText.share(count, of: total))
            cell.inline("svg", ["class": "under", "width": "100%", "height": "4", "aria-hidden": "true"]) { svg in
                let width = Percent.text(share)
                svg.empty("rect", ["class": "usual", "width": "100%", "height": "4"])
                svg.empty("rect", ["class": "now", "width": width, "height": "4"])
            }
        }
    }

    /// On which side of the whole a value stands out.
    private enum Side {
        case above
        case below
    }

    private static func mark(share: Double, of total: Int, whole: Double) -> Side? {
        guard total > 0 else { return nil }
        let error = (whole * (1 - whole) / Double(total)).squareRoot()
        guard abs(share - whole) > max(0.05, UsualRange.countingErrors * error) else { return nil }
        return share > whole ? .above : .below
    }
}
