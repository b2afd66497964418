import Spool

/// What went, or would go, as `batchd gc --json` prints it.
struct GarbageReport: Encodable {
    /// The version of the format.
    let version = 1
    /// Whether it was removed.
    var applied: Bool
    var items: [SweepItem] = []
    /// What could not be looked at, or not removed.
    var failures: [SweepFailure] = []
    /// Whether records of jobs stay because a daemon runs.
    var doneLeft = false

    private enum CodingKeys: String, CodingKey {
        case version
        case applied
        case items
        case failures
        case doneLeft = "done_left"
    }

    init(applied: Bool) {
        self.applied = applied
    }

    mutating func add(_ findings: SweepFindings) {
        items += findings.items
        failures += findings.failures
    }

    /// What a person reads.
    var text: String {
        var lines: [String] = []
        if !items.isEmpty {
            let rows = items.map { item in
                [
                    item.path, item.bytes.bytesInWords, "\(item.ageDays) d since \(item.since)",
                    item.place == .cache ? "no queue keeps it" : "\(item.keptDays) d",
                ]
            }
            lines += [TextTable.text([["what", "size", "age", "kept for"]] + rows), ""]
        }
        let bytes = items.reduce(0) { $0 + $1.bytes }.bytesInWords
        let count = items.count == 1 ? "1 entry" : "\(items.count) entries"
        if items.isEmpty {
            let rest = failures.isEmpty ? "nothing" : "nothing else"
            lines.append("\(rest) has been kept for longer than 'retention' says")
        } else if applied {
            lines.append("removed \(count), \(bytes)")
        } else {
            lines.append("\(count), \(bytes); nothing was removed, --apply does it")
        }
        if doneLeft {
            lines.append(
                "done/ is left as it is while a daemon runs: it tells files that are dropped again from new ones"
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
