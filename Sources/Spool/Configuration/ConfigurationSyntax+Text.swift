internal import Yams

extension ConfigurationSyntax where Value == String {
    /// Text that is not empty. An unquoted number or boolean is refused, since YAML takes it for one.
    static func text(_ allowed: String) -> Self {
        Self(allowed: allowed, schema: .someText) { node throws(ConfigurationValueProblem) in
            try node.configurationText()
        } format: {
            $0.yamlScalar
        }
    }
}

extension ConfigurationSyntax where Value == [String] {
    /// A list of distinct field names; with `orOne`, a single name as well.
    static func fieldNames(_ counts: ClosedRange<Int>, orOne: Bool = false) -> Self {
        let one = orOne ? "a field name or " : ""
        let list = SchemaValue.list(of: .someText, counts)
        return Self(
            allowed: "\(one)a list of \(counts.lowerBound) to \(counts.upperBound) different field names",
            schema: orOne ? ["anyOf": [.someText, list]] : list
        ) { node throws(ConfigurationValueProblem) in
            if orOne, node.scalar != nil { return [try node.configurationText()] }
            return try node.configurationList(counts) { node throws(ConfigurationValueProblem) in
                try node.configurationText()
            }
        } format: {
            orOne && $0.count == 1 ? $0[0].yamlScalar : "[" + $0.map(\.yamlScalar).joined(separator: ", ") + "]"
        }
    }

    /// A list that this version wants empty.
    static func emptyList(_ what: String) -> Self {
        Self(allowed: "an empty list", schema: .list(of: .anything, 0...0)) { node throws(ConfigurationValueProblem) in
            guard let sequence = node.sequence else { throw ConfigurationValueProblem() }
            guard sequence.isEmpty else {
                throw ConfigurationValueProblem(code: .unsupported, reason: "\(what) not supported by this version")
            }
            return []
        } format: { _ in
            "[]"
        }
    }
}

extension ConfigurationSyntax where Value == [OutputField] {
    /// A list of distinct result fields.
    static var outputFields: Self {
        let names = OutputField.allCases.map(\.rawValue)
        return Self(
            allowed: "a list of some of \(names.joined(separator: ", ")), each once",
            schema: .list(of: .oneOf(names), 1...names.count)
        ) { node throws(ConfigurationValueProblem) in
            try node.configurationList(1...OutputField.allCases.count) { node throws(ConfigurationValueProblem) in
                let word = try node.configurationText()
                guard let field = OutputField(rawValue: word) else {
                    throw ConfigurationValueProblem(reason: "'\(word)' is none of them")
                }
                return field
            }
        } format: {
            "[" + $0.map(\.rawValue).joined(separator: ", ") + "]"
        }
    }
}

extension ConfigurationSyntax where Value == [String: String] {
    /// New names by field name.
    static var renames: Self {
        Self(
            allowed: "a mapping of result fields to their new names, like {label: sentiment}",
            schema: ["type": "object", "additionalProperties": .someText]
        ) {
            node throws(ConfigurationValueProblem) in
            guard let mapping = node.mapping else { throw ConfigurationValueProblem() }
            var names: [String: String] = [:]
            for (field, name) in mapping {
                names[try field.configurationText()] = try name.configurationText()
            }
            return names
        } format: { names in
            let pairs = names.sorted { $0.key < $1.key }.map { "\($0.key.yamlScalar): \($0.value.yamlScalar)" }
            return pairs.isEmpty ? "{}" : "{ " + pairs.joined(separator: ", ") + " }"
        }
    }
}

extension ConfigurationSyntax where Value == TextSource {
    /// A template, a field name, or a list of names of which the first that is present counts.
    static var textSource: Self {
        let names = ConfigurationSyntax<[String]>.fieldNames(1...16)
        return Self(
            allowed: "a field name, a template like \"{title}. {body}\", or a list of 1 to 16 different field names",
            schema: ["anyOf": [.someText, names.schema]]
        ) { node throws(ConfigurationValueProblem) in
            guard node.scalar != nil else { return .firstOf(try names.parse(node)) }
            let text = try node.configurationText()
            guard text.contains(where: { $0 == "{" || $0 == "}" }) else { return .firstOf([text]) }
            do throws(TextTemplate.Problem) {
                return .template(try TextTemplate(parsing: text))
            } catch {
                throw ConfigurationValueProblem(reason: error.description)
            }
        } format: { source in
            switch source {
            case .firstOf(let fields): names.format(fields)
            case .template(let template): template.description.yamlScalar
            }
        }
    }
}

extension ConfigurationSyntax where Value == TimeOfDay {
    /// A time of the day.
    static var timeOfDay: Self {
        Self(
            allowed: "a time of the day from \"00:00\" to \"23:59\"",
            schema: .text(matching: "^([01][0-9]|2[0-3]):[0-5][0-9]$")
        ) { node throws(ConfigurationValueProblem) in
            guard let text = node.scalar?.string, let time = TimeOfDay(text) else { throw ConfigurationValueProblem() }
            return time
        } format: {
            "\"\($0)\""
        }
    }
}

extension Node {
    /// The text of a scalar that YAML does not take for something else.
    func configurationText() throws(ConfigurationValueProblem) -> String {
        guard let scalar, !scalar.string.isEmpty else { throw ConfigurationValueProblem() }
        let looksOtherwise =
            ["true", "false", "null", "~"].contains(scalar.string.lowercased()) || Double(scalar.string) != nil
        if scalar.style == .plain, looksOtherwise {
            throw ConfigurationValueProblem(
                reason: "YAML takes it for no text unless it is quoted, \"\(scalar.string)\""
            )
        }
        return scalar.string
    }

    /// The elements of a sequence, all different.
    fileprivate func configurationList<Element: Hashable>(
        _ counts: ClosedRange<Int>,
        parse: (Node) throws(ConfigurationValueProblem) -> Element
    ) throws(ConfigurationValueProblem) -> [Element] {
        guard let sequence, counts.contains(sequence.count) else { throw ConfigurationValueProblem() }
        var elements: [Element] = []
        for node in sequence {
            elements.append(try parse(node))
        }
        guard Set(elements).count == elements.count else {
            throw ConfigurationValueProblem(reason: "a name stands there twice")
        }
        return elements
    }
}
