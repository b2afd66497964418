/// What is said of one monitor's finding: when an alarm is raised, and when it is over.
public struct Alert: Sendable, Equatable {
    /// What happened to the alarm.
    public enum Change: String, Sendable, Codable {
        /// It is new.
        case raised
        /// It is over.
        case cleared
    }

    /// What it is about.
    public var subject: AlarmSubject
    /// The monitor's kind, `surge`.
    public var kind: String
    /// The field whose value `subject.group` is.
    public var field: String?
    /// What happened.
    public var change: Change
    /// When the alarm began to stand, seconds since 1970.
    public var sinceSeconds: Double
    /// Whether it is over because no monitor looks at it any more; nothing was seen then.
    public var isAbandoned = false
    /// What was seen tonight.
    public var observed: Double
    /// What was expected, or the limit that was stated.
    public var expected: Double?
    /// The records behind `observed`.
    public var records: Int
    /// The former nights behind `expected`.
    public var nights: Int
    /// The probability of as much without a cause.
    public var probability: Double?
}

/// Turns findings into alarms that stand from one night to the next: each is told once when it is raised and once when
/// it clears, and what flickers is kept silent for a while.
struct AlarmLedger {
    private let before: [AlarmSubject: AlarmState]
    private(set) var states: [AlarmState] = []
    private(set) var alerts: [Alert] = []
    private let nowSeconds: Double
    private var seen: Set<AlarmSubject> = []
    /// Alarms that stand, those that no monitor has looked at yet included.
    private var standingCount: Int

    /// Begins with what stands, and ends what no monitor looks at any more.
    init(_ former: [AlarmState], of monitors: [MonitorDefinition], nowSeconds: Double) {
        var kept = former.map { state in
            guard state.kind == nil, let monitor = monitors.first(where: state.belongs) else { return state }
            var state = state
            (state.kind, state.field) = (monitor.kind.word, monitor.groupBy)
            return state
        }
        let end = kept.partition { state in !monitors.contains(where: state.belongs) }
        before = Dictionary(kept[..<end].map { ($0.subject, $0) }, uniquingKeysWith: { first, _ in first })
        self.nowSeconds = nowSeconds
        standingCount = before.values.count(where: \.isActive)
        for state in kept[end...] where state.isActive && state.isTold { abandon(state) }
    }

    /// Takes in what a monitor found.
    mutating func take(_ finding: Finding, of monitor: MonitorDefinition) {
        let subject = AlarmSubject(monitor: monitor.name, group: finding.value, part: finding.subject)
        guard seen.insert(subject).inserted else { return }
        let former = before[subject]
        switch finding.level {
        case .raise where former?.isActive != true: raise(subject, former, finding, monitor)
        case .raise where former.map { isOwed($0, monitor) } == true: tellLate(subject, former, finding, monitor)
        case .clear where former?.isActive == true: clear(subject, finding, monitor)
        default: if let former { carry(former, silenceSeconds: monitor.silenceSeconds) }
        }
    }

    /// Carries on what nothing was found about tonight: a group without records has not recovered.
    mutating func close(_ monitors: [MonitorDefinition]) {
        for state in before.values where !seen.contains(state.subject) {
            guard let monitor = monitors.first(where: { $0.name == state.subject.monitor }) else { continue }
            carry(state, silenceSeconds: monitor.silenceSeconds)
        }
        states.sort { AlarmSubject.isBefore($0.subject, $1.subject) }
        alerts.sort { AlarmSubject.isBefore($0.subject, $1.subject) }
        guard states.count > MonitorLimits.standingMaximum else { return }
        // What stands is kept, for its end is still to be told; then what silences others the longest.
        let kept = states.sorted { ($0.isActive ? 0 : 1, -$0.toldSeconds) < ($1.isActive ? 0 : 1, -$1.toldSeconds) }
            .prefix(MonitorLimits.standingMaximum)
        states = kept.sorted { AlarmSubject.isBefore($0.subject, $1.subject) }
    }

    /// Whether an alarm stands of which nobody was told, since it came back too soon, and the silence is over.
    private func isOwed(_ former: AlarmState, _ monitor: MonitorDefinition) -> Bool {
        former.isActive && !former.isTold && nowSeconds - former.toldSeconds >= monitor.silenceSeconds
    }

    private mutating func tellLate(
        _ subject: AlarmSubject,
        _ former: AlarmState?,
        _ finding: Finding,
        _ monitor: MonitorDefinition
    ) {
        guard var state = former else { return }
        if alerts.count < MonitorLimits.standingMaximum {
            state.isTold = true
            state.toldSeconds = nowSeconds
            tell(.raised, subject, sinceSeconds: state.sinceSeconds, finding, monitor)
        }
        states.append(state)
    }

    private mutating func raise(
        _ subject: AlarmSubject,
        _ former: AlarmState?,
        _ finding: Finding,
        _ monitor: MonitorDefinition
    ) {
        // What does not fit tonight is raised tomorrow, if it lasts.
        guard max(alerts.count, standingCount) < MonitorLimits.standingMaximum else {
            if let former { carry(former, silenceSeconds: monitor.silenceSeconds) }
            return
        }
        standingCount += 1
        let isSilenced = former.map { nowSeconds - $0.toldSeconds < monitor.silenceSeconds } ?? false
        states.append(
            AlarmState(
                subject: subject,
                kind: monitor.kind.word,
                field: monitor.groupBy,
                isActive: true,
                isTold: !isSilenced,
                sinceSeconds: nowSeconds,
                toldSeconds: isSilenced ? former?.toldSeconds ?? nowSeconds : nowSeconds
            )
        )
        if !isSilenced { tell(.raised, subject, sinceSeconds: nowSeconds, finding, monitor) }
    }

    private mutating func clear(_ subject: AlarmSubject, _ finding: Finding, _ monitor: MonitorDefinition) {
        guard var state = before[subject] else { return }
        state.isActive = false
        standingCount -= 1
        carry(state, silenceSeconds: monitor.silenceSeconds)
        if state.isTold { tell(.cleared, subject, sinceSeconds: state.sinceSeconds, finding, monitor) }
    }

    private mutating func abandon(_ state: AlarmState) {
        // Without its kind nobody could tell which one is over.
        guard let kind = state.kind else { return }
        alerts.append(
            Alert(
                subject: state.subject,
                kind: kind,
                field: state.field,
                change: .cleared,
                sinceSeconds: state.sinceSeconds,
                isAbandoned: true,
                observed: 0,
                records: 0,
                nights: 0
            )
        )
    }

    private mutating func carry(_ state: AlarmState, silenceSeconds: Double) {
        guard state.isActive || nowSeconds - state.toldSeconds < silenceSeconds else { return }
        states.append(state)
    }

    private mutating func tell(
        _ change: Alert.Change,
        _ subject: AlarmSubject,
        sinceSeconds: Double,
        _ finding: Finding,
        _ monitor: MonitorDefinition
    ) {
        alerts.append(
            Alert(
                subject: subject,
                kind: monitor.kind.word,
                field: monitor.groupBy,
                change: change,
                sinceSeconds: sinceSeconds,
                observed: finding.observed,
                expected: finding.expected,
                records: finding.records,
                nights: finding.nights,
                probability: finding.probability
            )
        )
    }
}
