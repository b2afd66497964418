import Spool

/// What a doctor found, as `batchd doctor --json` prints it.
struct DoctorReport: Encodable {
    /// The version of the format.
    let version = 1
    var root: String
    /// The worst of all findings.
    var worst: Finding.Severity
    var findings: [Finding]

    init(root: String, findings: [Finding]) {
        self.root = root
        self.findings = findings
        worst = findings.map(\.severity).max() ?? .ok
    }

    /// What a person reads: areas with a line for each finding, then how many of each severity there are.
    func text(brief: Bool) -> String {
        var lines: [String] = []
        for area in Finding.Area.allCases {
            let shown = findings.filter { $0.area == area && (!brief || $0.severity > .ok) }
            guard !shown.isEmpty else { continue }
            lines.append(area.rawValue.replacing("_", with: "-"))
            lines += shown.flatMap(rows)
        }
        let counts = Finding.Severity.allCases.reversed().compactMap { severity -> String? in
            let count = findings.count { $0.severity == severity }
            guard count > 0 else { return nil }
            let plural = count > 1 && severity != .ok ? "s" : ""
            return "\(count) \(severity.rawValue)\(plural)"
        }
        return (lines + ["", counts.joined(separator: ", ")]).joined(separator: "\n") + "\n"
    }

    private func rows(_ finding: Finding) -> [String] {
        let severity = finding.severity.rawValue.padded(to: 7)
        let seen = "  \(severity)  \(finding.subject): \(finding.seen)".visible
        let margin = "  " + "".padded(to: 7) + "  \(Glyphs.standard.arrow) "
        return [seen] + (finding.advice.map { [margin + $0.visible] } ?? [])
    }
}

extension String {
    fileprivate func padded(to count: Int) -> String {
        self + String(repeating: " ", count: max(0, count - self.count))
    }
}
