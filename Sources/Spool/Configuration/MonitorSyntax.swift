internal import BatchCore
internal import Yams

extension ConfigurationSyntax where Value == [MonitorDefinition] {
    /// A list of monitors, each a mapping whose `kind` says which other keys it has.
    static var monitors: Self {
        let kinds = MonitorReader.Kind.allCases.map { "\($0.rawValue) (\($0.keys.joined(separator: ", ")))" }
        let count = MonitorReader.monitorsMaximum
        return Self(
            allowed: "a list of at most \(count) monitors, each with a kind and its keys, "
                + "\(kinds.joined(separator: ", ")), and perhaps name and silence",
            schema: .list(of: MonitorReader.schema, 0...count)
        ) {
            node throws(ConfigurationValueProblem) in
            guard let sequence = node.sequence, sequence.count <= MonitorReader.monitorsMaximum else {
                throw ConfigurationValueProblem()
            }
            return try MonitorReader.monitors(Array(sequence))
        } format: { monitors in
            "[" + monitors.map(\.yaml).joined(separator: ", ") + "]"
        }
    }
}

/// Reads one entry of `monitors`.
struct MonitorReader {
    /// The words of `kind`.
    enum Kind: String, CaseIterable {
        case surge
        case share
        case drift
        case errorRate = "error_rate"
        case volume

        /// The keys that it has beside those of every monitor.
        var keys: [String] {
            switch self {
            case .surge: ["label", "group_by", "rise", "minimum_records", "nights"]
            case .share: ["label", "group_by", "above", "minimum_records"]
            case .drift: ["of", "minimum_records", "nights"]
            case .errorRate: ["above", "minimum_records"]
            case .volume: ["factor", "nights"]
            }
        }

        /// Those of them that must be there.
        var required: [String] {
            switch self {
            case .surge: ["label"]
            case .share: ["label", "above"]
            case .drift, .errorRate, .volume: []
            }
        }
    }

    /// Monitors of a queue.
    static let monitorsMaximum = 32
    /// The longest name, in bytes.
    private static let nameBytesMaximum = 64
    private static let keysOfAll = ["name", "kind", "silence"]

    private let path: String
    private let mark: Mark?
    private let kind: Kind
    private var nodes: [String: (node: Node, mark: Mark?)] = [:]
    /// What is wrong, in the order in which it was found.
    private var problems: [ConfigurationValueProblem] = []

    /// Reads all entries, also after one that is wrong.
    ///
    /// - Parameter nodes: The entries.
    /// - Returns: The monitors.
    /// - Throws: The first thing that is wrong, with all others.
    static func monitors(_ nodes: [Node]) throws(ConfigurationValueProblem) -> [MonitorDefinition] {
        var monitors: [MonitorDefinition] = []
        var problems: [ConfigurationValueProblem] = []
        for (index, node) in nodes.enumerated() {
            do throws(ConfigurationValueProblem) {
                var reader = try MonitorReader(node, path: "monitors[\(index)]")
                if let monitor = reader.monitor(after: monitors) { monitors.append(monitor) }
                problems += reader.problems
            } catch {
                problems.append(error)
            }
        }
        guard var first = problems.first else { return monitors }
        first.others = Array(problems.dropFirst())
        throw first
    }

    private init(_ node: Node, path: String) throws(ConfigurationValueProblem) {
        self.path = path
        mark = node.mark
        guard let mapping = node.mapping else {
            throw Self.problem(path, node.mark, "is \(node.excerpt); allowed is a mapping like { kind: volume }")
        }
        for (key, value) in mapping {
            nodes[key.scalar?.string ?? key.excerpt] = (value, key.mark)
        }
        guard let given = nodes["kind"] else {
            let words = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw Self.problem(path, node.mark, "has no 'kind'; write one of \(words)", code: .missingKey)
        }
        kind = try Self.parse(given.node, .choice(), at: path + ".kind", given.mark)
        for (key, value) in mapping { check(key.scalar?.string ?? key.excerpt, value, key.mark) }
    }

    /// The monitor, with what holds where keys are left out.
    ///
    /// - Parameter former: The monitors before it, whose names are taken.
    /// - Returns: The monitor; nil where something is wrong, which is noted.
    private mutating func monitor(after former: [MonitorDefinition]) -> MonitorDefinition? {
        let definition = makeKind()
        let name = givenName() ?? Self.name(of: definition, after: former)
        if problems.isEmpty, former.contains(where: { $0.name == name }) {
            let words = "is '\(name)', as of another monitor; give each a name of its own"
            note(path + ".name", nodes["name"]?.mark ?? mark, words, code: .contradiction)
        }
        var monitor = MonitorDefinition(name: name, kind: definition)
        monitor.groupBy = value(of: "group_by", .text("the name of a field"))
        let recordsMinimum = value(of: "minimum_records", .count(1...1_000_000_000))
        monitor.recordsMinimum = recordsMinimum ?? (kind == .drift ? 1000 : 100)
        let nights = value(of: "nights", .count(MonitorLimits.nightsMinimum...MonitorLimits.nightsMaximum))
        monitor.nights = nights ?? (kind == .volume ? MonitorLimits.nightsMaximum : 14)
        let silence = value(of: "silence", .duration(.zero ... .days(366)))
        monitor.silenceSeconds = (silence ?? .days(1)).seconds
        return problems.isEmpty ? monitor : nil
    }

    private mutating func givenName() -> String? {
        guard let name = value(of: "name", .text("a name")) else { return nil }
        if name.utf8.count > Self.nameBytesMaximum || !JobKey.isPlain(name) {
            let rule = "letters, digits, '.', '_' and '-', at most \(Self.nameBytesMaximum) of them"
            note(path + ".name", nodes["name"]?.mark ?? mark, "is '\(name.prefix(80))'; allowed are \(rule)")
        }
        return name
    }

    /// What is watched; of what is wrong, which is noted, anything.
    private mutating func makeKind() -> MonitorDefinition.Kind {
        switch kind {
        case .surge: .surge(label: label(), rise: value(of: "rise", .number(0.001...1)) ?? 0.15)
        case .share: .share(label: label(), above: limit())
        case .drift: .drift(subjects())
        case .errorRate: .errorRate(above: value(of: "above", .number(0...1)) ?? 0.01)
        case .volume: .volume(factor: value(of: "factor", .number(1.1...1000)) ?? 2)
        }
    }

    /// The kind, with the label where that can be a part of a name, else with the first number that is free.
    private static func name(of kind: MonitorDefinition.Kind, after former: [MonitorDefinition]) -> String {
        switch kind {
        case .surge(let label, _), .share(let label, _):
            let named = "\(kind.word)-\(label)"
            if JobKey.isPlain(named), named.utf8.count <= nameBytesMaximum { return named }
            let numbered = (2...monitorsMaximum).map { "\(kind.word)-\($0)" }
            return ([kind.word] + numbered).first { name in !former.contains { $0.name == name } } ?? kind.word
        case .drift, .errorRate, .volume: return kind.word
        }
    }

    private mutating func label() -> String {
        require("label", "write the label whose share is watched")
        return value(of: "label", .text("a label of the model")) ?? ""
    }

    private mutating func limit() -> Double {
        require("above", "write the share not to be exceeded")
        return value(of: "above", .number(0...1)) ?? 1
    }

    private mutating func subjects() -> [DriftSubject] {
        guard let given = nodes["of"] else { return DriftSubject.allCases }
        let elements = given.node.sequence.map(Array.init) ?? [given.node]
        let syntax = ConfigurationSyntax<DriftSubject>.choice()
        var subjects: [DriftSubject] = []
        for element in elements {
            guard let subject = value(given: (element, given.mark), as: "of", syntax) else { continue }
            if !subjects.contains(subject) { subjects.append(subject) }
        }
        if elements.isEmpty { note(path + ".of", given.mark, "is empty; leave it out for all, or name one") }
        return subjects
    }

    private mutating func require(_ key: String, _ advice: String) {
        guard nodes[key] == nil else { return }
        note(path, mark, "has no '\(key)'; \(advice)", code: .missingKey)
    }

    /// The value of a key; nil where it is left out or wrong, which is noted.
    private mutating func value<Value>(of key: String, _ syntax: ConfigurationSyntax<Value>) -> Value? {
        nodes[key].flatMap { value(given: $0, as: key, syntax) }
    }

    private mutating func value<Value>(
        given: (node: Node, mark: Mark?),
        as key: String,
        _ syntax: ConfigurationSyntax<Value>
    ) -> Value? {
        do throws(ConfigurationValueProblem) {
            return try Self.parse(given.node, syntax, at: "\(path).\(key)", given.mark)
        } catch {
            problems.append(error)
            return nil
        }
    }

    private mutating func note(
        _ path: String,
        _ mark: Mark?,
        _ predicate: String,
        code: ConfigurationError.Code = .invalidValue
    ) {
        problems.append(Self.problem(path, mark, predicate, code: code))
    }

    private mutating func check(_ key: String, _ value: Node, _ mark: Mark?) {
        let known = Self.keysOfAll + kind.keys
        if known.contains(key) { return }
        if let other = Kind.allCases.first(where: { $0.keys.contains(key) }) {
            let words = "belongs to kind \(other.rawValue); \(kind.rawValue) has \(known.joined(separator: ", "))"
            return note("\(path).\(key)", mark, words, code: .unknownKey)
        }
        let nearest = NearestName(to: key, among: known).map(\.name) ?? "kind"
        let place = ConfigurationValueProblem.Place(
            path: "\(path).\(key)",
            mark: mark,
            message: "unknown key '\(path).\(key.prefix(80))' (\(value.givenWords)); did you mean '\(nearest)'?"
        )
        problems.append(ConfigurationValueProblem(code: .unknownKey, place: place))
    }

    private static func parse<Value>(
        _ node: Node,
        _ syntax: ConfigurationSyntax<Value>,
        at path: String,
        _ mark: Mark?
    ) throws(ConfigurationValueProblem) -> Value {
        do throws(ConfigurationValueProblem) {
            return try syntax.parse(node)
        } catch {
            let given = node.isEmptyScalar ? "has no value" : "is \(node.excerpt)"
            let reason = error.reason.map { "; \($0)" } ?? ""
            throw problem(path, mark, "\(given); allowed is \(syntax.allowed)\(reason)", code: error.code)
        }
    }

    private static func problem(
        _ path: String,
        _ mark: Mark?,
        _ predicate: String,
        code: ConfigurationError.Code = .invalidValue
    ) -> ConfigurationValueProblem {
        let place = ConfigurationValueProblem.Place(path: path, mark: mark, message: "'\(path)' \(predicate)")
        return ConfigurationValueProblem(code: code, place: place)
    }
}
