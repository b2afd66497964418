/// Names as Prometheus wants them.
enum MetricName {
    /// Replaces every character that a metric name may not have by `_`.
    static func sanitised(_ label: String) -> String {
        sanitised(label) { $0.isLetterOrDigit || $0 == "_" || $0 == ":" }
    }

    /// A counter's name ends in `_total`.
    static func counter(_ label: String) -> String { withSuffix("_total", sanitised(label)) }

    /// A timer's name ends in its unit.
    static func timer(_ label: String) -> String { withSuffix("_seconds", sanitised(label)) }

    /// Replaces every character that a label name may not have, and keeps clear of the names that are Prometheus' own.
    static func label(_ name: String) -> String {
        let sanitised = sanitised(name) { $0.isLetterOrDigit || $0 == "_" }
        return sanitised == "le" || sanitised.hasPrefix("__") ? "label_" + sanitised : sanitised
    }

    private static func sanitised(_ text: String, isAllowed: (Unicode.Scalar) -> Bool) -> String {
        var name = ""
        for scalar in text.unicodeScalars {
            name.unicodeScalars.append(isAllowed(scalar) ? scalar : "_")
        }
        let needsStart = name.unicodeScalars.first.map { ("0"..."9").contains($0) } ?? true
        return needsStart ? "_" + name : name
    }

    private static func withSuffix(_ suffix: String, _ name: String) -> String {
        name.hasSuffix(suffix) ? name : name + suffix
    }
}

extension Unicode.Scalar {
    fileprivate var isLetterOrDigit: Bool {
        ("a"..."z").contains(self) || ("A"..."Z").contains(self) || ("0"..."9").contains(self)
    }
}

/// Labels in one spelling: names sorted, values escaped, so that equal sets are equal texts.
struct LabelSet {
    /// `name="value"` with commas between, without braces.
    let text: String

    /// Writes dimensions as labels; of two with one name the last counts.
    init(_ dimensions: [(String, String)]) {
        var values: [String: String] = [:]
        for (name, value) in dimensions {
            values[MetricName.label(name)] = value
        }
        text = values.sorted { $0.key < $1.key }
            .map { "\($0.key)=\"\(ExpositionWriter.escape($0.value, quotes: true))\"" }
            .joined(separator: ",")
    }
}
