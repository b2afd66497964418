/// One monitor of a queue: what it looks at, and when it speaks.
public struct MonitorDefinition: Sendable, Equatable {
    /// What a monitor looks at.
    public enum Kind: Sendable, Equatable {
        /// The share of a label, against the same group's former nights.
        case surge(label: String, rise: Double)
        /// The share of a label, against a stated limit.
        case share(label: String, above: Double)
        /// Distributions, against those of former nights.
        case drift([DriftSubject])
        /// The share of records that failed, against a stated limit.
        case errorRate(above: Double)
        /// The number of records, against former nights: low below `1 / factor` of what was expected, high above `factor`.
        case volume(factor: Double)

        /// The word by which files name it.
        public var word: String {
            switch self {
            case .surge: "surge"
            case .share: "share"
            case .drift: "drift"
            case .errorRate: "error_rate"
            case .volume: "volume"
            }
        }
    }

    /// The name that alarms carry, unique in its queue.
    public var name: String
    /// What it looks at.
    public var kind: Kind
    /// The field whose values are looked at one by one; nil for the whole night.
    public var groupBy: String?
    /// Records without which nothing is judged.
    public var recordsMinimum: Int
    /// Former nights that are compared, at most.
    public var nights: Int
    /// For how long after an alarm the same thing raises no other, in seconds.
    public var silenceSeconds: Double

    /// Creates a monitor.
    public init(
        name: String,
        kind: Kind,
        groupBy: String? = nil,
        recordsMinimum: Int = 100,
        nights: Int = 14,
        silenceSeconds: Double = 0
    ) {
        self.name = name
        self.kind = kind
        self.groupBy = groupBy
        self.recordsMinimum = recordsMinimum
        self.nights = nights
        self.silenceSeconds = silenceSeconds
    }

    /// Whether it says something of this part: of a label, of a distribution, of low or high.
    func looks(at part: String?) -> Bool {
        switch kind {
        case .surge(let label, _), .share(let label, _): part == label
        case .drift(let subjects): subjects.contains { $0.rawValue == part }
        case .errorRate, .volume: true
        }
    }
}

/// What a drift monitor compares.
public enum DriftSubject: String, Sendable, Equatable, CaseIterable, Codable {
    /// How often each label was given.
    case labels
    /// How long the texts were.
    case lengths
    /// How sure the answers were.
    case confidence
}
