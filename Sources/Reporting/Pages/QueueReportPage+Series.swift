extension QueueReportPage {
    /// One number of each night.
    struct Series {
        var heading: String
        var note: String
        /// Nil where a night has none.
        var values: [Double?]
        var words: (Double) -> String
    }

    /// The numbers that are drawn night by night.
    var series: [Series] {
        let records = Series(
            heading: "Records a night",
            note: "All records that were read, with and without a result.",
            values: calendar.map { $0.jobs.isEmpty ? nil : Double($0.records.read) },
            words: { NumberText.count(Int($0)) }
        )
        let failed = Series(
            heading: "Records without a result",
            note: "Their share of each night's records.",
            values: calendar.map { Self.share($0.records.failed, of: $0.records.read) },
            words: { NumberText.share($0) }
        )
        let confidence = Series(
            heading: "Confidence",
            note: "The share of each night's labels with a probability of at least 0.9.",
            values: calendar.map(\.confidence.shareOfTopTenth),
            words: { NumberText.share($0) }
        )
        let cost = Series(
            heading: "Cost",
            note: "CPU seconds for a million records of each night that was large enough to tell.",
            values: calendar.map(\.cpuSecondsPerMillion),
            words: { NumberText.significant($0) }
        )
        return [records, failed, confidence, cost].filter { series in series.values.contains { ($0 ?? 0) > 0 } }
    }

    private static func share(_ part: Int, of whole: Int) -> Double? {
        whole > 0 ? Double(part) / Double(whole) : nil
    }

    /// Writes one number night by night.
    func write(_ series: Series, to html: inout HTMLWriter) {
        let known = zip(calendar, series.values).compactMap { night, value in value.map { (night, $0) } }
        html.section(series.heading) { section in
            section.note(series.note)
            ColumnChart(
                title: series.heading,
                description: known.map { "\($0.name): \(series.words($1))" }.joined(separator: "; "),
                columns: zip(calendar, series.values).map { night, value in
                    let failed = night.hasFailures ? "; a job failed" : ""
                    let words = value.map(series.words) ?? (night.jobs.isEmpty ? "no job" : "not known")
                    return .init(value: value ?? 0, title: "\(night.name): \(words)\(failed)")
                },
                ticks: ticks,
                peakText: series.words
            ).write(to: &section)
        }
    }

    private var ticks: [ColumnChart.Tick] {
        guard calendar.count > 1 else { return calendar.map { .init(position: 0.5, text: $0.name) } }
        let chosen = calendar.count < 5 ? Array(calendar.indices) : [0, calendar.count / 2, calendar.count - 1]
        return chosen.map { index in
            var position = (Double(index) + 0.5) / Double(calendar.count)
            // The names of the outer calendar are wider than their places.
            if calendar.count > 6 && index == 0 { position = 0 }
            if calendar.count > 6 && index == calendar.count - 1 { position = 1 }
            return .init(position: position, text: calendar[index].name)
        }
    }
}
