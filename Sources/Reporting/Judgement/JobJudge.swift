import BatchCore

/// Finds what is unusual about a job, against the nights before it.
///
/// Alarms are somebody else's duty; this explains one page. Each rule wants a number out of all that was seen in at
/// least five nights, beyond what habit and counting explain, and large enough to matter.
struct JobJudge {
    let report: JobReport
    let comparison: Comparison

    private var job: JobFigures { report.figures }

    /// The smallest differences that are worth a sentence.
    private enum Floor {
        /// Of the share of a label.
        static let labelShare = 0.02
        /// Of the share of records that failed, or were cut short.
        static let recordShare = 0.002
        /// Of the mean probability, as bins tell it.
        static let confidence = 0.02
        /// Times as many records, or as few.
        static let volumeFactor = 2.0
        /// Times as much computing time a record.
        static let costFactor = 1.5
        /// The share of failed records, or of empty texts, that is worth a sentence where there is no past.
        static let shareWithoutPast = 0.01
    }

    /// Labels that are named at most.
    private static let labelsMaximum = 4

    /// The findings, those first that touch the results most.
    var findings: [Finding] {
        guard job.records.read > 0 else { return [] }
        return [modelChange, volume, failures, emptyTexts].compactMap(\.self) + labels
            + [confidence, truncation, cost, attempts].compactMap(\.self)
    }

    private var modelChange: Finding? {
        guard let now = job.model, let before = comparison.known.last?.jobs.last(where: { $0.model != nil }) else {
            return nil
        }
        guard let former = before.model, former != now else { return nil }
        let what =
            if former.reference != now.reference {
                "\(now.reference) answered; the night before it was \(former.reference)."
            } else if former.weightsSHA256 != now.weightsSHA256 {
                "\(now.reference) has other weights than the night before "
                    + "(\(now.weightsSHA256.prefix(12)), then \(former.weightsSHA256.prefix(12)))."
            } else {
                "\(now.reference) ran in \(now.precision); the night before in \(former.precision)."
            }
        return Finding(subject: "Another model", sentence: what + " What follows may be no more than that.")
    }

    private var volume: Finding? {
        guard let sizes = comparison.sizes, sizes.range.median > 0 else { return nil }
        let usual = sizes.range
        let now = Double(job.records.read)
        let factor = now > usual.median ? now / usual.median : usual.median / now
        guard factor >= Floor.volumeFactor, now < usual.low / 1.25 || now > usual.high * 1.25 else { return nil }
        let (low, high) = (NumberText.count(Int(usual.low)), NumberText.count(Int(usual.high)))
        return Finding(
            subject: now > usual.median ? "More records" : "Fewer records",
            sentence: "\(NumberText.count(job.records.read, "record")); in \(sizes.nights) nights a job had "
                + "\(low == high ? low : "\(low) to \(high)")."
        )
    }

    private var failures: Finding? {
        shareFinding(
            subject: "Records without a result",
            words: "\(NumberText.share(job.records.failed, of: job.records.read)) of the records have no result",
            Part(count: job.records.failed, of: job.records.read),
            former: { Part(count: $0.records.failed, of: $0.records.read) },
            isWorthASentenceAlone: true
        )
    }

    private var emptyTexts: Finding? {
        let texts = { (lengths: [Int]) in Part(count: lengths.first ?? 0, of: lengths.total) }
        let now = texts(job.lengths)
        let empty = NumberText.count(now.count, "text is", "texts are")
        let share = NumberText.share(now.count, of: now.whole)
        return shareFinding(
            subject: "Empty texts",
            words: "\(empty) empty or without a word, \(share) of those with a result",
            now,
            former: { texts($0.lengths) },
            isWorthASentenceAlone: true
        )
    }

    private var truncation: Finding? {
        let share = NumberText.share(job.records.truncated, of: job.records.read)
        return shareFinding(
            subject: "Texts cut short",
            words: "\(share) of the records were read from their beginning only",
            Part(count: job.records.truncated, of: job.records.read),
            former: { Part(count: $0.records.truncated, of: $0.records.read) }
        )
    }

    /// Some of all records.
    private struct Part {
        let count: Int
        let whole: Int

        init(count: Int, of whole: Int) {
            self.count = count
            self.whole = whole
        }
    }

    /// Finds that a share is larger than in former nights, or large where there are too few of them to say.
    private func shareFinding(
        subject: String,
        words: String,
        _ now: Part,
        former: (Night) -> Part,
        isWorthASentenceAlone: Bool = false
    ) -> Finding? {
        guard now.count > 0, now.whole > 0 else { return nil }
        let share = Double(now.count) / Double(now.whole)
        let shares = comparison.shares(part: { former($0).count }, whole: { former($0).whole })
        let error = comparison.error(of: share, whole: now.whole, former: { former($0).whole })
        if let usual = UsualRange(shares), share > usual.median,
            usual.isUnusual(share, error: error, floor: Floor.recordShare)
        {
            return Finding(subject: subject, sentence: "\(words); \(Self.words(for: usual)).")
        }
        guard isWorthASentenceAlone, !comparison.isMeaningful, share >= Floor.shareWithoutPast else { return nil }
        return Finding(subject: subject, sentence: words + ".")
    }

    private var labels: [Finding] {
        let total = job.labelTotal
        guard total > 0, comparison.isMeaningful else { return [] }
        let names = Set(job.labels.keys).union(comparison.nights.flatMap(\.labels.keys))
        let unusual = names.compactMap { label -> (label: String, share: Double, usual: UsualRange)? in
            let share = Double(job.labels[label] ?? 0) / Double(total)
            let error = comparison.error(of: share, whole: total, former: \.labelTotal)
            // A label that no night had was none of each.
            guard let usual = comparison.usual.labels[label] ?? UsualRange(comparison.nights.map { _ in 0 }),
                usual.isUnusual(share, error: error, floor: Floor.labelShare)
            else { return nil }
            return (label, share, usual)
        }
        let sorted = unusual.sorted { first, second in
            let differences = (abs(first.share - first.usual.median), abs(second.share - second.usual.median))
            return (differences.1, first.label) < (differences.0, second.label)
        }
        return sorted.prefix(Self.labelsMaximum).map { label, share, usual in
            Finding(
                subject: "\(share > usual.median ? "More" : "Less") “\(ForeignText.shortened(label, to: 60))”",
                sentence: "\(NumberText.share(share)) of the labels; \(Self.words(for: usual))."
            )
        }
    }

    private var confidence: Finding? {
        guard comparison.isMeaningful, let now = job.middleConfidence, let usual = comparison.usual.middleConfidence
        else { return nil }
        // No standard deviation between 0 and 1 is larger than a half.
        let error = 0.5 / Double(job.confidence.total).squareRoot()
        guard usual.isUnusual(now, error: error, floor: Floor.confidence) else { return nil }
        return Finding(
            subject: now < usual.median ? "Less sure" : "Surer",
            sentence: "Probabilities are \(now < usual.median ? "lower" : "higher") on the whole than in "
                + "\(comparison.nightsInWords); their histogram shows where."
        )
    }

    private var cost: Finding? {
        guard comparison.isMeaningful, let now = job.cpuSecondsPerMillion,
            let usual = comparison.usual.cost,
            now > Floor.costFactor * usual.median,
            usual.isUnusual(now, error: 0, floor: 0)
        else { return nil }
        return Finding(
            subject: "Dearer",
            sentence: "A million records take \(NumberText.significant(now)) CPU seconds; they took "
                + "\(NumberText.significant(usual.low)) to \(NumberText.significant(usual.high))."
        )
    }

    private var attempts: Finding? {
        guard report.attempts > 0 else { return nil }
        let sentence =
            report.attempts == 1
            ? "One attempt at a part of the job failed and was repeated."
            : "\(NumberText.count(report.attempts)) attempts at parts of the job failed and were repeated."
        return Finding(subject: "Repeated attempts", sentence: sentence + " The log says why.")
    }

    private static func words(for usual: UsualRange) -> String {
        "in \(usual.count) nights it was \(NumberText.range(usual))"
    }
}
