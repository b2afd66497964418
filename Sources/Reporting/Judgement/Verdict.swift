/// Whether to trust a job's results, in one sentence.
struct Verdict: Equatable {
    /// How it is shown.
    enum Tone: Equatable {
        case good
        case careful
        case bad
    }

    let tone: Tone
    /// A word or two.
    let word: String
    /// The sentence.
    let sentence: String

    init(of report: JobReport, findings: [Finding], comparison: Comparison) {
        if report.failure != nil || !report.figures.hasSucceeded {
            self.init(tone: .bad, word: "Failed", sentence: "Do not use these results: the job failed.")
        } else if let things = Self.things(report.alarms, findings) {
            self.init(tone: .careful, word: "Look first", sentence: "The job is complete, but \(things).")
        } else if report.figures.records.read == 0 {
            self.init(tone: .careful, word: "Empty", sentence: "The job is complete, but its input had no records.")
        } else if comparison.isMeaningful {
            let nights = comparison.nightsInWords + comparison.leftOutInWords
            self.init(
                tone: .good,
                word: "As usual",
                sentence: "The job is complete, and nothing stands out against \(nights)."
            )
        } else {
            self.init(tone: .good, word: "Complete", sentence: Self.completeSentence(comparison))
        }
    }

    init(tone: Tone, word: String, sentence: String) {
        self.tone = tone
        self.word = word
        self.sentence = sentence
    }

    /// What somebody should look at, counted; nil where there is nothing.
    private static func things(_ alarms: [ReportedAlarm], _ findings: [Finding]) -> String? {
        let up = alarms.count(where: \.isUp)
        let words = [
            up == 0 ? nil : up == 1 ? "an alarm is up" : "\(NumberText.count(up)) alarms are up",
            findings.isEmpty
                ? nil : findings.count == 1 ? "one thing stands out" : "\(findings.count) things stand out",
        ].compactMap(\.self)
        return words.isEmpty ? nil : words.joined(separator: " and ")
    }

    private static func completeSentence(_ comparison: Comparison) -> String {
        if comparison.job.replays != nil {
            return "The job is complete; it answers errors of another job again, and is compared with no night."
        }
        let known =
            switch comparison.nights.count {
            case 0: "there is no former night to compare it with"
            case 1: "there is only one former night to compare it with"
            default: "there are only \(comparison.nights.count) former nights to compare it with"
            }
        return "The job is complete; \(known), and it takes \(UsualRange.nightsMinimum) to say what is usual."
    }
}
