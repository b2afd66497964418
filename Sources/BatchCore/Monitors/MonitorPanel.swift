/// All monitors of a queue: looks at a night and its past, and says what is new.
///
/// A pure function of its arguments: whoever asks again, after a crash or on another day, is told the same.
public struct MonitorPanel: Sendable {
    private let monitors: [MonitorDefinition]

    /// What a night comes to.
    public struct Verdict: Sendable, Equatable {
        /// What is to be told, in a fixed order.
        public var alerts: [Alert]
        /// The alarms as they stand now, for the next night.
        public var alarms: [AlarmState]
    }

    /// Creates a panel.
    public init(_ monitors: [MonitorDefinition]) {
        self.monitors = monitors
    }

    /// Judges a night.
    ///
    /// - Parameters:
    ///   - tonight: What it brought.
    ///   - history: Former nights, the newest last.
    ///   - standing: The alarms as they stand, where the newest night of `history` does not say it.
    /// - Returns: What is new and what stands.
    public func judge(
        _ tonight: NightSummary,
        history: [NightSummary],
        standing: [AlarmState]? = nil
    ) -> Verdict {
        var ledger = AlarmLedger(
            standing ?? history.last?.alarms ?? [],
            of: monitors,
            nowSeconds: tonight.acceptedSeconds
        )
        for monitor in monitors {
            let past = Array(history.suffix(min(monitor.nights, MonitorLimits.nightsMaximum)))
            for finding in findings(of: monitor, tonight, past) { ledger.take(finding, of: monitor) }
        }
        ledger.close(monitors)
        return Verdict(alerts: ledger.alerts, alarms: ledger.states)
    }

    private func findings(
        of monitor: MonitorDefinition,
        _ tonight: NightSummary,
        _ history: [NightSummary]
    ) -> [Finding] {
        // Answers of another model are another measure.
        let comparable = history.filter { $0.model == tonight.model && $0.isMeasure }
        switch monitor.kind {
        case .surge(let label, let rise):
            return surges(of: label, rise: rise, monitor, tonight, comparable)
        case .share(let label, let above):
            let detector = ShareLevelDetector(above: above, recordsMinimum: monitor.recordsMinimum)
            let groups = Self.shares(of: label, by: monitor.groupBy, in: tonight)
            return detector.judge(groups.map { (value: $0.key, tonight: $0.value) }.sorted(by: Self.isBefore))
                .map { Self.finding($0, about: label) }
        case .drift(let subjects):
            return subjects.compactMap { drift(of: $0, monitor, tonight, comparable) }
        case .errorRate(let above):
            let detector = ErrorRateDetector(above: above, recordsMinimum: monitor.recordsMinimum)
            return detector.judge(errors: tonight.errors, records: tonight.records).map { [$0] } ?? []
        case .volume(let factor):
            return volume(factor: factor, monitor, tonight, history.filter(\.isMeasure))
        }
    }

    private static func finding(_ finding: Finding, about part: String) -> Finding {
        var finding = finding
        finding.subject = part
        return finding
    }

    private static func isBefore(
        _ left: (value: GroupValue?, tonight: ShareObservation),
        _ right: (value: GroupValue?, tonight: ShareObservation)
    ) -> Bool { (left.value ?? "") < (right.value ?? "") }

    /// The groups of a night with their records and those with the label; one without a name where none are told apart.
    private static func shares(
        of label: String,
        by field: String?,
        in night: NightSummary,
        number: Int = 0
    ) -> [GroupValue?: ShareObservation] {
        guard let field else {
            let positives = night.labels[label] ?? 0
            guard night.answered > 0, positives <= night.answered else { return [:] }
            return [nil: ShareObservation(night: number, records: night.answered, positives: positives)]
        }
        guard let table = night.slices.first(where: { $0.field == field }) else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: table.values.map { value, counts in
                let positives = min(counts.labels[label] ?? 0, counts.records)
                return (value, ShareObservation(night: number, records: counts.records, positives: positives))
            }
        )
    }
}

extension MonitorPanel {
    private func surges(
        of label: String,
        rise: Double,
        _ monitor: MonitorDefinition,
        _ tonight: NightSummary,
        _ history: [NightSummary]
    ) -> [Finding] {
        let now = Self.shares(of: label, by: monitor.groupBy, in: tonight)
        let past = history.enumerated().map { number, night in
            Self.shares(of: label, by: monitor.groupBy, in: night, number: number)
        }
        let alarmed = history.map { night in
            Set(night.alarms.filter { $0.isActive && $0.subject.monitor == monitor.name }.map(\.subject.group))
        }
        let groups = now.keys.sorted { ($0 ?? "") < ($1 ?? "") }.compactMap { value -> SurgeDetector.Group? in
            guard let observation = now[value] else { return nil }
            let all = past.indices.compactMap { past[$0][value] }
            let calm = past.indices.compactMap { alarmed[$0].contains(value) ? nil : past[$0][value] }
            return SurgeDetector.Group(value: value, tonight: observation, history: Self.usual(calm, all))
        }
        let detector = SurgeDetector(rise: rise, recordsMinimum: monitor.recordsMinimum)
        return detector.judge(groups).map { Self.finding($0, about: label) }
    }

    /// Nights with an alarm are no measure; but where few others are left, what was an alarm has become usual.
    private static func usual<Night>(_ calm: [Night], _ all: [Night]) -> [Night] {
        calm.count >= MonitorLimits.nightsMinimum ? calm : all
    }

    private func drift(
        of subject: DriftSubject,
        _ monitor: MonitorDefinition,
        _ tonight: NightSummary,
        _ history: [NightSummary]
    ) -> Finding? {
        let about = AlarmSubject(monitor: monitor.name, part: subject.rawValue)
        let nights = Self.usual(history.filter { !$0.isAlarmed(about) }, history)
        let names = Set(nights.flatMap(\.labels.keys)).union(tonight.labels.keys).sorted()
        let bins = { (night: NightSummary) -> [Int] in
            switch subject {
            case .labels: names.map { night.labels[$0] ?? 0 }
            case .lengths: night.lengths
            case .confidence: night.confidence
            }
        }
        let detector = DriftDetector(recordsMinimum: monitor.recordsMinimum)
        let found = detector.judge(bins(tonight), history: nights.map(bins))
        return found.map { Self.finding($0, about: subject.rawValue) }
    }

    private func volume(
        factor: Double,
        _ monitor: MonitorDefinition,
        _ tonight: NightSummary,
        _ history: [NightSummary]
    ) -> [Finding] {
        let night = { (summary: NightSummary) in
            let weekday = Self.weekday(summary.acceptedSeconds, from: tonight.acceptedSeconds)
            return VolumeDetector.Night(records: summary.records, weekday: weekday)
        }
        let parts = ["low", "high"].map { AlarmSubject(monitor: monitor.name, part: $0) }
        let calm = history.filter { summary in !parts.contains(where: summary.isAlarmed) }
        let detector = VolumeDetector(factor: factor)
        let past = Self.usual(calm, history).map(night)
        guard let found = detector.judge(night(tonight), history: past) else { return [] }
        // Being low clears an alarm of being high, and the other way round.
        var opposite = found
        opposite.subject = found.subject == "low" ? "high" : "low"
        opposite.level = .clear
        return [found, opposite]
    }

    /// The day of the week, counted from tonight's, as whole days lie between the two: where a day begins, and in which
    /// time zone, does not matter then.
    private static func weekday(_ seconds: Double, from tonight: Double) -> Int {
        let days = Int(((seconds - tonight) / 86_400).rounded())
        return ((days % 7) + 7) % 7
    }
}
