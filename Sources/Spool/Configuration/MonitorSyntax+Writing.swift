internal import BatchCore

extension MonitorDefinition {
    /// The monitor with every key, as a file would say it.
    var yaml: String {
        var keys = [("name", name.yamlScalar), ("kind", kind.word)]
        switch kind {
        case .surge(let label, let rise): keys += [("label", label.yamlScalar), ("rise", "\(rise)")]
        case .share(let label, let above): keys += [("label", label.yamlScalar), ("above", "\(above)")]
        case .drift(let subjects): keys.append(("of", "[" + subjects.map(\.rawValue).joined(separator: ", ") + "]"))
        case .errorRate(let above): keys.append(("above", "\(above)"))
        case .volume(let factor): keys.append(("factor", "\(factor)"))
        }
        if let groupBy { keys.append(("group_by", groupBy.yamlScalar)) }
        let known = MonitorReader.Kind(rawValue: kind.word)?.keys ?? []
        if known.contains("minimum_records") { keys.append(("minimum_records", "\(recordsMinimum)")) }
        if known.contains("nights") { keys.append(("nights", "\(nights)")) }
        // As a whole, zero has no unit in which it would be read back but the smallest.
        let milliseconds = Int((silenceSeconds * 1000).rounded())
        keys.append(("silence", milliseconds == 0 ? "0ms" : UnitScale.milliseconds.format(milliseconds)))
        return "{ " + keys.map { "\($0): \($1)" }.joined(separator: ", ") + " }"
    }
}

extension MonitorReader {
    /// What an editor should know of one entry of `monitors`.
    static var schema: SchemaValue {
        let common: [SchemaValue.Member] = [
            .init(name: "name", value: .someText),
            .init(name: "silence", value: .text(matching: "^[0-9]+(d|h|m|s|ms)$")),
        ]
        return [
            "oneOf": .list(
                Kind.allCases.map { kind in
                    let own = kind.keys.map { SchemaValue.Member(name: $0, value: schema(of: $0)) }
                    let word = SchemaValue.Member(name: "kind", value: ["const": .text(kind.rawValue)])
                    return [
                        "type": "object",
                        "properties": .object([word] + common + own),
                        "required": .list((["kind"] + kind.required).map(SchemaValue.text)),
                        "additionalProperties": false,
                    ]
                }
            )
        ]
    }

    private static func schema(of key: String) -> SchemaValue {
        switch key {
        case "rise": .number(in: 0.001...1)
        case "above": .number(in: 0...1)
        case "factor": .number(in: 1.1...1000)
        case "minimum_records": .integer(in: 1...1_000_000_000)
        case "nights": .integer(in: MonitorLimits.nightsMinimum...MonitorLimits.nightsMaximum)
        case "of":
            ["anyOf": [.oneOf(DriftSubject.allCases.map(\.rawValue)), .list(of: .oneOf(subjects), 1...subjects.count)]]
        default: .someText
        }
    }

    private static let subjects = DriftSubject.allCases.map(\.rawValue)
}
