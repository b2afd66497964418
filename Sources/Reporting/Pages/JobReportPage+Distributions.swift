extension JobReportPage {
    /// Writes how sure the model was.
    func writeConfidence(to html: inout HTMLWriter) {
        let bins = job.confidence
        guard bins.total > 0 else { return }
        html.section("Confidence") { section in
            section.note(confidenceInWords)
            writeKey(to: &section)
            let width = 1 / Double(bins.count)
            chart(
                title: "Labels by probability",
                bins,
                usual: comparison.usual.confidenceBins,
                ticks: [0, 0.25, 0.5, 0.75, 1].map { .init(position: $0, text: NumberText.fixed($0, decimals: 2)) },
                names: bins.indices.map { bin in
                    let low = NumberText.fixed(Double(bin) * width, decimals: 2)
                    return "Probability \(low) to \(NumberText.fixed(Double(bin + 1) * width, decimals: 2))"
                }
            ).write(to: &section)
        }
    }

    private var confidenceInWords: String {
        let bins = job.confidence
        let sure = bins.suffix(bins.count / 10).reduce(0, +)
        let unsure = bins.prefix(bins.count / 2).reduce(0, +)
        let usual = usually(\.sureShare).map { " (usually \(NumberText.share($0.median)))" } ?? ""
        return "\(NumberText.share(sure, of: bins.total)) have a probability of at least 0.9\(usual), "
            + "\(NumberText.share(unsure, of: bins.total)) less than 0.5."
    }

    /// Writes how long the texts were, and how many were read in part only.
    func writeLengths(to html: inout HTMLWriter) {
        let bins = job.lengths
        guard bins.total > 0, let first = bins.firstIndex(where: { $0 > 0 }),
            let last = bins.lastIndex(where: { $0 > 0 })
        else { return }
        // One empty bin at either side shows that nothing is beyond.
        let shown = max(first - 1, 0)...min(last + 1, bins.count - 1)
        html.section("Text length") { section in
            section.note(lengthsInWords)
            writeKey(to: &section)
            chart(
                title: "Records by tokens of input",
                bins,
                shown: shown,
                usual: comparison.usual.lengthBins,
                ticks: shown.map { bin in
                    let position = (Double(bin - shown.lowerBound) + 0.5) / Double(shown.count)
                    let text = NumberText.short(Self.lengths(inBin: bin).lowerBound)
                    let isMinor = shown.count > 9 && bin % 2 == 0
                    return .init(position: position, text: text, isMinor: isMinor)
                },
                names: bins.indices.map { Self.words(for: Self.lengths(inBin: $0)) }
            ).write(to: &section)
        }
    }

    private var lengthsInWords: String {
        let median = Self.lengths(inBin: Self.medianBin(of: job.lengths))
        let low = NumberText.count(median.lowerBound)
        let tokens = NumberText.count(median.upperBound, "token")
        var words = "The median is \(median.count == 1 ? tokens : "between \(low) and \(tokens)")."
        if job.records.windowed > 0 {
            let texts = NumberText.count(job.records.windowed, "long text was", "long texts were")
            words += " \(texts) read in several windows."
        }
        if job.records.truncated > 0 {
            let share = NumberText.share(job.records.truncated, of: job.records.read)
            words += " \(NumberText.count(job.records.truncated)) (\(share)) "
            words +=
                job.records.truncated == 1
                ? "was longer than the model reads, and its answer comes from the beginning only."
                : "were longer than the model reads, and their answers come from the beginning only."
        } else {
            words += " None was longer than the model reads."
        }
        return words
    }

    /// The tokens that records of a bin have.
    static func lengths(inBin bin: Int) -> ClosedRange<Int> {
        bin == 0 ? 0...0 : 1 << (min(bin, 62) - 1)...(1 << min(bin, 62)) - 1
    }

    private static func words(for lengths: ClosedRange<Int>) -> String {
        let high = NumberText.count(lengths.upperBound, "token")
        return lengths.count == 1 ? high : "\(NumberText.count(lengths.lowerBound)) to \(high)"
    }

    private static func medianBin(of bins: [Int]) -> Int {
        var seen = 0
        for (bin, count) in bins.enumerated() {
            seen += count
            if 2 * seen >= bins.total { return bin }
        }
        return 0
    }

    /// Makes a chart of shares over bins.
    private func chart(
        title: String,
        _ bins: [Int],
        shown: ClosedRange<Int>? = nil,
        usual: [UsualRange],
        ticks: [ColumnChart.Tick],
        names: [String]
    ) -> ColumnChart {
        let total = bins.total
        let range = shown ?? 0...bins.count - 1
        let columns = range.map { bin in
            let past = usual.indices.contains(bin) ? usual[bin] : nil
            let words = past.map { "; \(nightsInWords): \(NumberText.range($0))" } ?? ""
            let share = NumberText.share(bins[bin], of: total)
            return ColumnChart.Column(
                value: Double(bins[bin]) / Double(total),
                usual: past,
                title: "\(names[bin]): \(NumberText.count(bins[bin])) (\(share))\(words)"
            )
        }
        return ColumnChart(
            title: title,
            description: columns.filter { $0.value > 0 }.map(\.title).joined(separator: "; "),
            columns: columns,
            ticks: ticks,
            peakText: { NumberText.share($0) }
        )
    }
}
