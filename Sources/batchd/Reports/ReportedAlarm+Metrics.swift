import BatchCore
import Reporting
import Spool

extension ReportedAlarm {
    /// What the monitors of its queue say about a job: what they told with it, and what stands from before.
    ///
    /// - Parameter metrics: The job's metrics.
    /// - Returns: The alarms, each once.
    static func all(of metrics: JobMetrics) -> [ReportedAlarm] {
        let alerts = metrics.alerts ?? []
        let told = Set(alerts.map(\.subject))
        let standing = (metrics.alarms ?? []).filter { $0.isActive && !told.contains($0.subject) }
        return alerts.map { alert in
            ReportedAlarm(
                monitor: alert.monitor,
                state: alert.state == .raised ? .raised : .cleared,
                sentence: alert.message,
                sinceWallSeconds: alert.sinceWallSeconds ?? 0
            )
        } + standing.map { ReportedAlarm($0) }
    }

    private init(_ state: AlarmState) {
        let group = state.subject.group.map { "'\($0)'" }
        self.init(
            monitor: state.subject.monitor,
            state: .standing,
            sentence: [group, state.subject.part].compactMap(\.self).joined(separator: ", "),
            sinceWallSeconds: state.sinceSeconds
        )
    }
}

extension FieldSlice {
    /// Takes the counts by the values of a field.
    ///
    /// - Parameters:
    ///   - table: The counts.
    ///   - alarms: The alarms that stand.
    ///   - monitors: The queue's monitors.
    init(_ table: SliceTable, alarms: [AlarmState], monitors: [MonitorDefinition]) {
        let alarms = alarms.filter { $0.isActive && ($0.field ?? table.field) == table.field }
        let alarmed = Set(alarms.compactMap(\.subject.group))
        self.init(
            field: table.field,
            values: table.values.map { value, counts in
                Value(
                    value: value.text,
                    records: counts.records,
                    labels: counts.labels,
                    isAlarmed: alarmed.contains(value)
                )
            },
            other: Value(value: "", records: table.other.records, labels: table.other.labels)
        )
        mayLackValues = table.mayLackValues
        let own = monitors.filter { $0.groupBy == table.field }
        let watched = (own + monitors).compactMap(\.label)
        let labels = alarms.compactMap(\.subject.part).filter(watched.contains) + watched
        watchedLabels = labels.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

extension MonitorDefinition {
    /// The label whose share it watches; nil where it watches none.
    fileprivate var label: String? {
        switch kind {
        case .surge(let label, _), .share(let label, _): label
        case .drift, .errorRate, .volume: nil
        }
    }
}
