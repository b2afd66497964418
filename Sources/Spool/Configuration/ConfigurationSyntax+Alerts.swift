internal import Yams

extension ConfigurationSyntax where Value == String {
    /// The address of a web service, with the path that is posted to.
    static var webAddress: Self {
        Self(
            allowed: "an address with its path, like http://localhost:9093/api/v2/alerts, or https://...",
            schema: .text(matching: "^https?://[^/@ ]+/[^ ]+$")
        ) { node throws(ConfigurationValueProblem) in
            let text = try node.configurationText()
            guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else {
                throw ConfigurationValueProblem(reason: "it begins with neither http:// nor https://")
            }
            guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw ConfigurationValueProblem(reason: "it has a blank, or what must be written as %XX")
            }
            let rest = text.dropFirst(scheme.count)
            let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            guard !host.contains("@") else {
                throw ConfigurationValueProblem(reason: "secrets belong into 'alerts.webhook_token_file'")
            }
            guard !host.isEmpty, !host.hasPrefix(":") else {
                throw ConfigurationValueProblem(reason: "it names no host")
            }
            guard rest.dropFirst(host.count).hasPrefix("/"), rest.count > host.count + 1 else {
                throw ConfigurationValueProblem(reason: "it has no path; Alertmanager's is /api/v2/alerts")
            }
            return text
        } format: {
            $0.yamlScalar
        }
    }

    /// A path that does not depend on where batchd was started.
    static var absolutePath: Self {
        Self(allowed: "an absolute path", schema: .text(matching: "^/")) { node throws(ConfigurationValueProblem) in
            let text = try node.configurationText()
            guard text.hasPrefix("/"), !text.utf8.contains(0) else { throw ConfigurationValueProblem() }
            return text
        } format: {
            $0.yamlScalar
        }
    }
}

extension ConfigurationSyntax where Value == [String] {
    /// A program and its arguments; the list may be empty.
    static var command: Self {
        Self(
            allowed: "a list of a program's absolute path and its arguments, at most \(CommandLimits.wordsMaximum)",
            schema: [
                "type": "array", "prefixItems": [["type": "string", "pattern": "^/[^\\u0000]*$"]],
                "items": ["type": ["string", "number", "boolean", "null"], "pattern": "^[^\\u0000]*$"],
                "maxItems": .integer(CommandLimits.wordsMaximum),
            ]
        ) { node throws(ConfigurationValueProblem) in
            guard let sequence = node.sequence, sequence.count <= CommandLimits.wordsMaximum else {
                throw ConfigurationValueProblem()
            }
            var words: [String] = []
            for element in sequence {
                // An argument may look like a number, or be empty.
                guard let word = element.scalar?.string, !word.utf8.contains(0) else {
                    throw ConfigurationValueProblem(reason: "\(element.excerpt) is no argument")
                }
                words.append(word)
            }
            guard words.first?.hasPrefix("/") != false else {
                throw ConfigurationValueProblem(reason: "'\(words[0])' is no absolute path")
            }
            return words
        } format: {
            "[" + $0.map(\.yamlScalar).joined(separator: ", ") + "]"
        }
    }
}

private enum CommandLimits {
    /// A program and its arguments.
    static let wordsMaximum = 64
}
