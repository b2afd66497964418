extension JobReportPage {
    /// Alarms that are shown at most.
    private static let alarmsMaximum = 20

    /// Writes what the queue's monitors say: what is new first, then what stands, then what is over.
    func writeAlarms(to html: inout HTMLWriter) {
        let alarms = report.alarms.enumerated().sorted { first, second in
            (first.element.state.rawValue, first.offset) < (second.element.state.rawValue, second.offset)
        }
        guard !alarms.isEmpty else { return }
        html.section("Alarms", kind: "long") { section in
            section.block("ul", ["class": "findings"]) { list in
                for (_, alarm) in alarms.prefix(Self.alarmsMaximum) { write(alarm, to: &list) }
            }
            let hidden = alarms.count - Self.alarmsMaximum
            if hidden > 0 {
                section.note("\(NumberText.count(hidden)) more are in alerts.jsonl and metrics.json.")
            }
        }
    }

    private func write(_ alarm: ReportedAlarm, to html: inout HTMLWriter) {
        html.block("li") { item in
            item.inline("strong") { $0.foreign(alarm.monitor, to: 80) }
            item.inline("span") { words in
                words.inline("b", ["class": alarm.isUp ? "careful" : "good"], text: Self.words(for: alarm))
                words.text(" ")
                words.foreign(alarm.sentence)
            }
        }
    }

    private static func words(for alarm: ReportedAlarm) -> String {
        let since = CivilTime(wallSeconds: alarm.sinceWallSeconds).date
        return switch alarm.state {
        case .raised: "New."
        case .standing: "Since \(since)."
        case .cleared: "Over, after it stood since \(since)."
        }
    }
}
