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
        return alerts.map { alert in
            ReportedAlarm(
                monitor: alert.monitor,
                state: alert.state == .raised ? .raised : .cleared,
                sentence: alert.message,
                sinceWallSeconds: alert.sinceWallSeconds ?? 0
            )
        } + standing(after: metrics).filter { !told.contains($0.subject) }.map { ReportedAlarm($0, in: metrics) }
    }

    /// The alarms that stand after a job, those that it raised among them, with what it brought.
    ///
    /// - Parameter metrics: The job's metrics.
    /// - Returns: The alarms, each once.
    static func allStanding(after metrics: JobMetrics) -> [ReportedAlarm] {
        standing(after: metrics).map { ReportedAlarm($0, in: metrics) }
    }

    private static func standing(after metrics: JobMetrics) -> [AlarmState] {
        (metrics.alarms ?? []).filter(\.isActive)
    }

    private init(_ state: AlarmState, in metrics: JobMetrics) {
        self.init(
            monitor: state.subject.monitor,
            state: .standing,
            sentence: Self.sentence(about: state, in: metrics),
            sinceWallSeconds: state.sinceSeconds
        )
    }

    /// What a job brought of what an alarm is about; what alone it is about where no number says it.
    private static func sentence(about state: AlarmState, in metrics: JobMetrics) -> String {
        let group = state.subject.group.map { "\(state.field.map { $0 + " " } ?? "")'\($0)'" }
        let part = state.subject.part
        let records = metrics.records
        switch (state.kind, part) {
        case ("surge", let label?), ("share", let label?):
            guard let group else {
                return "\(share(metrics.labels[label] ?? 0, of: records.answered)) are \(label)"
            }
            let counts = metrics.slices?.first { $0.field == state.field }.flatMap { table in
                state.subject.group.flatMap { table[$0] }
            }
            guard let counts else { return "\(group), \(label); no record of it in this job" }
            return "\(share(counts.labels[label] ?? 0, of: counts.records)) of \(group) are \(label)"
        case ("error_rate", _): return "\(share(records.failed, of: records.read)) failed"
        case ("volume", let side?): return "\(records.read) \(records.read == 1 ? "record" : "records"), \(side)"
        default: return [group, part].compactMap(\.self).joined(separator: ", ")
        }
    }

    private static func share(_ count: Int, of records: Int) -> String {
        guard records > 0 else { return "none of 0 records" }
        let percent = (Double(count) / Double(records) * 1000).rounded() / 10
        return "\(percent) % of \(records == 1 ? "1 record" : "\(records) records")"
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
