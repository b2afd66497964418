public import BatchCore

/// A line of `alerts.jsonl`: something that a monitor raised, or that is over.
public struct AlertRecord: Sendable, Equatable, Codable {
    /// The monitor's name.
    public var monitor: String
    /// The monitor's kind, `surge`.
    public var kind: String
    /// `raised` or `cleared`.
    public var state: Alert.Change
    /// The job whose results brought it.
    public var job: JobName
    /// What of the kind it is about: the label, `labels`, `lengths` or `confidence`, `low` or `high`.
    public var part: String?
    /// The field by which records are grouped.
    public var field: String?
    /// The field's value that it is about.
    public var value: String?
    /// What was seen: a share, a rate, a stability index, or records.
    public var observed: Double
    /// What was expected, or the limit.
    public var expected: Double?
    /// The records behind `observed`.
    public var records: Int
    /// The former jobs behind `expected`; 0 where it is a limit.
    public var nights: Int
    /// The probability of as much without a cause.
    public var probability: Double?
    /// When the alarm began to stand, ISO 8601 in UTC.
    public var since: String
    /// All of it in a sentence.
    public var message: String

    /// What it is about.
    public var subject: AlarmSubject { AlarmSubject(monitor: monitor, group: value.map { GroupValue($0) }, part: part) }

    /// When the alarm began to stand, seconds since 1970; nil where the document does not say it as it should.
    public var sinceWallSeconds: Double? { Timestamp.wallSeconds(since) }

    init(_ alert: Alert, of job: JobName) {
        monitor = alert.subject.monitor
        kind = alert.kind
        state = alert.change
        self.job = job
        part = alert.subject.part
        field = alert.field
        value = alert.subject.group?.text
        observed = Rounding.micro(alert.observed)
        expected = alert.expected.map(Rounding.micro)
        records = alert.records
        nights = alert.nights
        // Two digits are more than a tail's probability is known to.
        probability = alert.probability.map { value in
            guard value > 1e-99 else { return 0 }
            var scale = 1.0
            while value * scale < 10 { scale *= 10 }
            return (value * scale).rounded() / scale
        }
        since = Timestamp.iso8601(alert.sinceSeconds)
        message = Self.sentence(alert)
    }

    private static func sentence(_ alert: Alert) -> String {
        if alert.isAbandoned {
            return "over: no monitor of queue.yaml looks at this any more"
        }
        let group = alert.subject.group.map { " of \(alert.field ?? "") '\($0)'" }
        let place = group ?? ""
        let part = alert.subject.part ?? ""
        let records = alert.records == 1 ? "1 record" : "\(alert.records) records"
        let expected = alert.expected ?? 0
        let over = alert.change == .cleared ? "over: " : ""
        switch alert.kind {
        case "surge":
            return over + "\(percent(alert.observed)) of \(records)\(place) are \(part); "
                + "\(percent(expected)) were to be expected from \(alert.nights) former jobs"
        case "share":
            return over + "\(percent(alert.observed)) of \(records)\(place) are \(part); "
                + "the limit is \(percent(expected))"
        case "drift":
            let unlike = part == DriftSubject.confidence.rawValue ? "is unlike that" : "are unlike those"
            return over + "\(part) of \(records) \(unlike) of \(alert.nights) former jobs: stability index "
                + "\(Rounding.milli(alert.observed)), usually \(Rounding.milli(expected))"
        case "error_rate":
            return over + "\(percent(alert.observed)) of \(records) failed; the limit is \(percent(expected))"
        default:
            return over + "\(records); \(Int(expected.rounded())) were to be expected from \(alert.nights) former jobs"
        }
    }

    private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}

extension Rounding {
    /// Rounds to three decimals.
    static func milli(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
