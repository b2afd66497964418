extension HTMLWriter {
    /// Alarms that are shown at most.
    private static let alarmsMaximum = 20

    /// Writes a section of alarms: what is new first, then what stands, then what is over; nothing where there are none.
    mutating func alarms(_ alarms: [ReportedAlarm], heading: String, others: String) {
        let sorted = alarms.enumerated().sorted { first, second in
            (first.element.state.rawValue, first.offset) < (second.element.state.rawValue, second.offset)
        }
        guard !sorted.isEmpty else { return }
        section(heading, kind: "long") { section in
            section.block("ul", ["class": "findings"]) { list in
                for (_, alarm) in sorted.prefix(Self.alarmsMaximum) { list.write(alarm) }
            }
            let hidden = sorted.count - Self.alarmsMaximum
            if hidden > 0 {
                section.note("\(NumberText.count(hidden, "more is", "more are")) in \(others).")
            }
        }
    }

    private mutating func write(_ alarm: ReportedAlarm) {
        block("li") { item in
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
