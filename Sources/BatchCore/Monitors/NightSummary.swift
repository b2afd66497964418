/// What one job brought, as far as monitors look at it.
///
/// A queue that gets one file a night has a job a night; of a queue with several files a night each is one.
public struct NightSummary: Sendable, Equatable {
    /// When its input was accepted, seconds since 1970.
    public var acceptedSeconds: Double
    /// The model that answered; answers of different models are not compared.
    public var model: ModelIdentity?
    /// Lines of the input.
    public var records = 0
    /// Those that failed.
    public var errors = 0
    /// Results by label.
    public var labels: [String: Int] = [:]
    /// Results by length of their text, in bins of a fixed scale.
    public var lengths: [Int] = []
    /// Results by confidence, in bins of a fixed scale.
    public var confidence: [Int] = []
    /// Results by the values of fields.
    public var slices: [SliceTable] = []
    /// Whether its results may be used, so that others can be measured by them.
    public var isMeasure = true
    /// Alarms as they stood after that night.
    public var alarms: [AlarmState] = []

    /// Creates the summary of an empty night.
    public init(acceptedSeconds: Double, model: ModelIdentity?) {
        self.acceptedSeconds = acceptedSeconds
        self.model = model
    }

    /// Results.
    public var answered: Int { records - errors }

    /// Whether an alarm for this stood after that night: what it brought is then no measure of what is usual.
    func isAlarmed(_ subject: AlarmSubject) -> Bool {
        alarms.contains { $0.isActive && $0.subject == subject }
    }
}

/// What an alarm is about.
public struct AlarmSubject: Sendable, Equatable, Hashable, Codable {
    /// The monitor's name.
    public var monitor: String
    /// The value of the monitor's field; nil where it looks at whole nights.
    public var group: GroupValue?
    /// What of it: the label of a share, `labels`, `lengths` or `confidence` of a drift, `low` or `high` of a volume.
    public var part: String?

    /// Creates a subject.
    public init(monitor: String, group: GroupValue? = nil, part: String? = nil) {
        self.monitor = monitor
        self.group = group
        self.part = part
    }

    /// The order of documents.
    static func isBefore(_ left: AlarmSubject, _ right: AlarmSubject) -> Bool {
        (left.monitor, left.group ?? "", left.part ?? "") < (right.monitor, right.group ?? "", right.part ?? "")
    }
}

/// An alarm from one night to the next: what hysteresis and silence need to know.
public struct AlarmState: Sendable, Equatable, Codable {
    /// What it is about.
    public var subject: AlarmSubject
    /// The kind of the monitor that raised it; nil in documents of versions that did not say so.
    public var kind: String?
    /// The field whose value `subject.group` is.
    public var field: String?
    /// Whether it stands; one that has cleared is remembered for as long as it silences others.
    public var isActive: Bool
    /// Whether somebody was told.
    public var isTold: Bool
    /// When it began to stand, seconds since 1970.
    public var sinceSeconds: Double
    /// When it was last told as raised, seconds since 1970.
    public var toldSeconds: Double

    private enum CodingKeys: String, CodingKey {
        case subject
        case kind
        case field
        case isActive = "active"
        case isTold = "told"
        case sinceSeconds = "since_seconds"
        case toldSeconds = "told_seconds"
    }

    /// Creates a state.
    public init(
        subject: AlarmSubject,
        kind: String?,
        field: String? = nil,
        isActive: Bool,
        isTold: Bool,
        sinceSeconds: Double,
        toldSeconds: Double
    ) {
        self.subject = subject
        self.kind = kind
        self.field = field
        self.isActive = isActive
        self.isTold = isTold
        self.sinceSeconds = sinceSeconds
        self.toldSeconds = toldSeconds
    }

    /// Whether a monitor may still say something of it: it has the same name, and what identifies an alarm is the same.
    func belongs(to monitor: MonitorDefinition) -> Bool {
        guard monitor.name == subject.monitor, monitor.looks(at: subject.part) else { return false }
        return kind == nil || kind == monitor.kind.word && field == monitor.groupBy
    }
}
