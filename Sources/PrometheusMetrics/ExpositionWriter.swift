/// Writes Prometheus' text format 0.0.4.
///
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
struct ExpositionWriter {
    private(set) var text = ""

    mutating func write(_ family: MetricFamily) {
        writeHeader(name: family.name, kind: family.kind, help: family.help)
        for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
            series.write(name: family.name, labels: labels, to: &self)
        }
    }

    mutating func writeHeader(name: String, kind: MetricKind, help: String) {
        if !help.isEmpty {
            text += "# HELP \(name) \(Self.escape(help, quotes: false))\n"
        }
        text += "# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func writeSample(_ name: String, labels: String, value: Double) {
        text += labels.isEmpty ? name : "\(name){\(labels)}"
        text += " \(Self.format(value))\n"
    }

    /// Writes a number as Go reads it; whole ones without a fraction.
    static func format(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return "\(whole)" }
        return value.description
    }

    /// Escapes backslashes, line feeds and, in label values, quotes.
    static func escape(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
