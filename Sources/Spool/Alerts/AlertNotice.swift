import BatchCore
public import SystemPackage

/// An alarm as it leaves the machine: one element of what Alertmanager's API v2 takes.
///
/// Its labels say what it is about and stay the same from the night it is raised to the night it is over, so that a
/// receiver knows it again; what differs from night to night stands in the annotations
/// (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml, `postableAlert`).
public struct AlertNotice: Sendable, Equatable, Codable {
    /// For how many days an alarm stands at the receiver if nobody says that it is over: its queue may be gone.
    public static let standsDays = 30.0

    /// What it is about.
    public var labels: [String: String]
    /// What was seen, for people.
    public var annotations: [String: String]
    /// When it began to stand, ISO 8601 in UTC.
    public var startsAt: String
    /// When it is over: in the past where it is, else far ahead.
    public var endsAt: String
    /// The job's report.
    public var generatorURL: String

    /// Describes an alarm to those outside.
    ///
    /// - Parameters:
    ///   - alert: What was raised or is over.
    ///   - finishedWallSeconds: When its job's results were assembled.
    ///   - sender: Who says so.
    ///   - nowWallSeconds: The time of the sending.
    public init(_ alert: AlertRecord, finishedWallSeconds: Double, sender: AlertSender, nowWallSeconds: Double) {
        let since = alert.sinceWallSeconds ?? finishedWallSeconds
        let end =
            alert.state == .cleared ? max(finishedWallSeconds, since) : nowWallSeconds + Self.standsDays * 86_400
        labels = [
            "alertname": Self.name(ofKind: alert.kind), "severity": "warning", "instance": sender.instance,
            "queue": alert.job.queue, "monitor": alert.monitor, "kind": alert.kind,
        ]
        labels["part"] = alert.part
        labels["field"] = alert.field
        labels["value"] = alert.value
        annotations = [
            "summary": alert.message, "job": alert.job.path, "records": "\(alert.records)",
            "observed": "\(alert.observed)",
            "results": sender.results(of: alert.job).string,
        ]
        annotations["expected"] = alert.expected.map { "\($0)" }
        startsAt = Timestamp.iso8601(since)
        endsAt = Timestamp.iso8601(max(end, since))
        generatorURL = sender.reportURL(of: alert.job)
    }

    /// An alarm that means nothing, to try the way by; it is over by itself after five minutes.
    ///
    /// - Parameters:
    ///   - sender: Who sends it.
    ///   - nowWallSeconds: The time of the sending.
    /// - Returns: The alarm.
    public static func test(sender: AlertSender, nowWallSeconds: Double) -> AlertNotice {
        AlertNotice(
            labels: ["alertname": "BatchdTest", "severity": "none", "instance": sender.instance],
            annotations: ["summary": "batchd on \(sender.instance) tries whether alarms arrive; nothing has happened"],
            startsAt: Timestamp.iso8601(nowWallSeconds),
            endsAt: Timestamp.iso8601(nowWallSeconds + 300),
            generatorURL: "file://" + sender.root.percentEncoded
        )
    }

    private init(
        labels: [String: String],
        annotations: [String: String],
        startsAt: String,
        endsAt: String,
        generatorURL: String
    ) {
        self.labels = labels
        self.annotations = annotations
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.generatorURL = generatorURL
    }

    /// `BatchdErrorRate` for `error_rate`.
    private static func name(ofKind kind: String) -> String {
        "Batchd" + kind.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}

/// Who tells of alarms.
public struct AlertSender: Sendable, Equatable {
    /// The machine's name.
    public var instance: String
    /// The absolute path of the root.
    public var root: FilePath

    /// Describes a sender.
    public init(instance: String, root: FilePath) {
        self.instance = instance
        self.root = root
    }

    func results(of job: JobName) -> FilePath {
        root.pushing(QueueLayout(queue: job.queue).published(job.key))
    }

    func reportURL(of job: JobName) -> String {
        "file://" + results(of: job).appending(PublishedName.report).percentEncoded
    }
}

extension JobName {
    /// `queue/KEY`, as command lines name it.
    var path: String { "\(queue)/\(key)" }
}

extension FilePath {
    /// The path as a URL has it (RFC 3986, 2.3: what is unreserved stands for itself).
    fileprivate var percentEncoded: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                text.append(byte)
            default: text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
