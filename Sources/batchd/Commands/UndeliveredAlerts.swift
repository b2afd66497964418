import Spool

/// Alarms that have not arrived where batchd.yaml sends them.
struct UndeliveredAlerts {
    /// Those that are tried again.
    var waiting: [WaitingAlerts] = []
    /// Those that are not.
    var refused: [RefusedAlerts] = []
}

extension StatusReport {
    /// Says of alarms that they have not arrived.
    mutating func mark(_ alerts: UndeliveredAlerts) {
        waitingAlerts = alerts.waiting.isEmpty ? nil : alerts.waiting
        refusedAlerts = alerts.refused.isEmpty ? nil : alerts.refused
    }

    /// What of the alarms has not arrived, a sentence each.
    var alertSentences: [String] {
        let fate = daemon.running ? "it is tried again and again" : "the next run sends them"
        return (waitingAlerts ?? []).map { "\($0.words); \(fate)" }
            + (refusedAlerts ?? []).map { "\($0.words); see its \(PublishedName.alerts)" }
    }
}
