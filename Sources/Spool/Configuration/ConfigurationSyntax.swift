internal import Yams

/// How one kind of value is written in a configuration file.
struct ConfigurationSyntax<Value: Sendable>: Sendable {
    /// What is allowed, to complete the sentence "allowed is …".
    let allowed: String
    /// What an editor may check of it; anything, where only `parse` can tell.
    var schema: SchemaValue = .anything
    /// Reads a value.
    let parse: @Sendable (Node) throws(ConfigurationValueProblem) -> Value
    /// Writes a value the way a file would.
    let format: @Sendable (Value) -> String
}

/// Why a value could not be read.
struct ConfigurationValueProblem: Error {
    var code = ConfigurationError.Code.invalidValue
    /// What is wrong beyond "not allowed", such as an unclosed brace.
    var reason: String?
    /// The place within the value, where it has more than one.
    var place: Place?
    /// What is wrong at other places of the value.
    var others: [ConfigurationValueProblem] = []

    /// A key within a value, with its line.
    struct Place {
        /// The full path, `monitors[2].rise`.
        var path: String
        /// Where it stands.
        var mark: Mark?
        /// The whole message.
        var message: String
    }
}

extension ConfigurationSyntax where Value == Int {
    /// A whole number.
    static func count(_ range: ClosedRange<Int>) -> Self {
        Self(
            allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            schema: .integer(in: range)
        ) {
            node throws(ConfigurationValueProblem) in
            guard let text = node.scalar?.string, let number = WholeNumber.parse(text), range.contains(number) else {
                throw ConfigurationValueProblem()
            }
            return number
        } format: {
            String($0)
        }
    }

    /// A size in bytes.
    static func size(_ range: ClosedRange<Int>) -> Self {
        let scale = UnitScale.bytes
        let bounds = "\(scale.format(range.lowerBound)) to \(scale.format(range.upperBound))"
        return Self(
            allowed: "a size from \(bounds), written like 1MiB, 512KB or 4096",
            schema: ["anyOf": [.integer(in: range), .text(matching: scale.pattern)]]
        ) {
            node throws(ConfigurationValueProblem) in
            guard let text = node.scalar?.string, let bytes = scale.parse(text), range.contains(bytes) else {
                throw ConfigurationValueProblem()
            }
            return bytes
        } format: {
            scale.format($0)
        }
    }
}

extension ConfigurationSyntax where Value == Duration {
    /// A time with its unit.
    static func duration(_ range: ClosedRange<Duration>) -> Self {
        let scale = UnitScale.milliseconds
        let bounds = "\(scale.format(range.lowerBound.milliseconds)) to \(scale.format(range.upperBound.milliseconds))"
        return Self(
            allowed: "a duration from \(bounds), written like 250ms, 5s, 15m or 24h",
            schema: .text(matching: scale.pattern)
        ) {
            node throws(ConfigurationValueProblem) in
            guard let text = node.scalar?.string, let milliseconds = scale.parse(text) else {
                throw ConfigurationValueProblem()
            }
            let duration = Duration.milliseconds(milliseconds)
            guard range.contains(duration) else { throw ConfigurationValueProblem() }
            return duration
        } format: {
            scale.format($0.milliseconds)
        }
    }

    /// A time under a key whose name ends in the unit, `_seconds`: a plain number, a fraction allowed.
    static func seconds(_ range: ClosedRange<Double>) -> Self {
        Self(
            allowed: "a number of seconds from \(range.lowerBound.plain) to \(range.upperBound.plain)",
            schema: .number(in: range)
        ) {
            node throws(ConfigurationValueProblem) in
            guard let text = node.scalar?.string, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }),
                let seconds = Double(text), range.contains(seconds)
            else { throw ConfigurationValueProblem() }
            return .milliseconds(Int((seconds * 1000).rounded()))
        } format: {
            (Double($0.milliseconds) / 1000).plain
        }
    }
}

extension ConfigurationSyntax where Value == Double {
    /// A number, a fraction allowed.
    static func number(_ range: ClosedRange<Double>) -> Self {
        Self(
            allowed: "a number from \(range.lowerBound.plain) to \(range.upperBound.plain)",
            schema: .number(in: range)
        ) {
            node throws(ConfigurationValueProblem) in
            guard let text = node.scalar?.string, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }),
                let number = Double(text), range.contains(number)
            else { throw ConfigurationValueProblem() }
            return number
        } format: {
            $0.plain
        }
    }
}

extension ConfigurationSyntax where Value == Bool {
    /// A switch.
    static var boolean: Self {
        Self(allowed: "true or false", schema: ["type": "boolean"]) { node throws(ConfigurationValueProblem) in
            switch node.scalar?.string {
            case "true": true
            case "false": false
            default: throw ConfigurationValueProblem()
            }
        } format: {
            String($0)
        }
    }
}

extension ConfigurationSyntax {
    /// One of a fixed set of words.
    ///
    /// - Parameter later: Words of the format that this version does not support yet.
    /// - Returns: The syntax.
    static func choice(later: [String] = []) -> Self
    where Value: CaseIterable & RawRepresentable<String> {
        let words = Value.allCases.map(\.rawValue)
        return Self(allowed: words.joined(separator: " or "), schema: .oneOf(words)) {
            node throws(ConfigurationValueProblem) in
            guard let word = node.scalar?.string, let value = Value(rawValue: word) else {
                throw ConfigurationValueProblem.unsupported(node.scalar?.string, among: later)
            }
            return value
        } format: {
            $0.rawValue
        }
    }

    /// A value that may be left out: nil is its default and cannot be written.
    static func optional<Wrapped>(_ syntax: ConfigurationSyntax<Wrapped>, absent: String) -> Self
    where Value == Wrapped? {
        Self(allowed: syntax.allowed, schema: syntax.schema) { node throws(ConfigurationValueProblem) in
            try syntax.parse(node)
        } format: {
            $0.map(syntax.format) ?? absent
        }
    }

    /// One word that stands for nil, or a value.
    static func word<Wrapped>(_ word: String, or syntax: ConfigurationSyntax<Wrapped>) -> Self
    where Value == Wrapped? {
        Self(
            allowed: "'\(word)' or \(syntax.allowed)",
            schema: ["anyOf": [.oneOf([word]), syntax.schema]]
        ) { node throws(ConfigurationValueProblem) in
            node.scalar?.string == word ? nil : try syntax.parse(node)
        } format: {
            $0.map(syntax.format) ?? word
        }
    }
}

extension ConfigurationValueProblem {
    /// The problem with a word that is not among the allowed ones.
    static func unsupported(_ word: String?, among later: [String]) -> Self {
        guard let word, later.contains(word) else { return Self() }
        return Self(code: .unsupported, reason: "'\(word)' is not supported by this version")
    }
}

extension Duration {
    /// Whole milliseconds, the finest that configuration can say.
    var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}

extension Double {
    /// The number without a fraction that says nothing: "2", "0.05".
    var plain: String {
        Int(exactly: self).map(String.init) ?? description
    }
}
