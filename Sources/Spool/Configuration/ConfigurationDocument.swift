internal import Yams

/// A YAML file of which every key is known, so that values can be asked for by key.
struct ConfigurationDocument {
    /// The largest file that is read, in bytes.
    static let bytesMaximum = 1 << 20

    private let file: String
    private var values: [String: Node] = [:]
    private var marks: [String: Mark] = [:]
    private let knownPaths: [String]

    /// Keys that nobody knows, and values where a section should be.
    private(set) var strangers: [ConfigurationError] = []

    /// Reads a file and finds its unknown keys.
    ///
    /// - Parameters:
    ///   - yaml: The content.
    ///   - file: The name that errors give.
    ///   - entries: Every key that there is.
    /// - Throws: `ConfigurationError`, if it is no YAML mapping.
    init(yaml: String, file: String, entries: [ConfigurationReferenceEntry]) throws(ConfigurationError) {
        self.file = file
        knownPaths = entries.map(\.path)
        try Self.refuseAnchors(in: yaml, file: file)
        guard let root = try Self.compose(yaml, file: file) else { return }
        guard root.mapping != nil else {
            throw ConfigurationError(
                code: .invalidYAML,
                file: file,
                line: root.mark?.line,
                column: root.mark?.column,
                message: "the file must be a mapping of keys to values"
            )
        }
        collect(root, under: nil, mark: root.mark)
    }

    /// The line of a key, from 1; nil where the file does not have it.
    func line(of path: String) -> Int? { marks[path]?.line }

    /// Forgets the key that a mistake is about, so that what comes after it can be looked at.
    ///
    /// Of a contradiction the whole section is forgotten: its values cannot be judged without one another.
    ///
    /// - Parameter mistake: The mistake.
    /// - Returns: Whether there was anything to forget.
    mutating func forget(_ mistake: ConfigurationError) -> Bool {
        guard let key = mistake.key else { return false }
        let section = key.prefix { $0 != "." } + "."
        // A mistake within a list forgets the list.
        let list = String(key.prefix { $0 != "[" })
        let forgotten = values.keys.filter {
            $0 == key || $0 == list || mistake.code == .contradiction && $0.hasPrefix(section)
        }
        for path in forgotten { values[path] = nil }
        return !forgotten.isEmpty
    }

    /// The value of a key, or its default.
    ///
    /// - Throws: `ConfigurationError`, if the value is not allowed.
    func value<Value>(of key: ConfigurationKey<Value>) throws(ConfigurationError) -> Value {
        guard let node = values[key.path] else { return key.fallback }
        do throws(ConfigurationValueProblem) {
            return try key.syntax.parse(node)
        } catch {
            if let place = error.place {
                var mistake = self.error(error.code, at: place)
                mistake.others = error.others.compactMap { other in
                    other.place.map { self.error(other.code, at: $0) }
                }
                throw mistake
            }
            let given = node.isEmptyScalar ? "has no value" : "is \(node.excerpt)"
            let reason = error.reason.map { "; \($0)" } ?? ""
            throw self.error(error.code, at: key.path, "\(given); allowed is \(key.syntax.allowed)\(reason)")
        }
    }

    private func error(
        _ code: ConfigurationError.Code,
        at place: ConfigurationValueProblem.Place
    ) -> ConfigurationError {
        ConfigurationError(
            code: code,
            file: file,
            line: place.mark?.line,
            column: place.mark?.column,
            key: place.path,
            message: place.message
        )
    }

    /// Makes an error that points at a key.
    ///
    /// - Parameters:
    ///   - code: What kind of mistake it is.
    ///   - path: The key.
    ///   - predicate: What is wrong, to complete the sentence "'key' …".
    /// - Returns: The error, with the key's line where the file has the key.
    func error(_ code: ConfigurationError.Code, at path: String, _ predicate: String) -> ConfigurationError {
        ConfigurationError(
            code: code,
            file: file,
            line: marks[path]?.line,
            column: marks[path]?.column,
            key: path,
            message: "'\(path)' \(predicate)"
        )
    }

    private mutating func collect(_ node: Node, under section: String?, mark: Mark?) {
        // A section of which every key is commented out is an empty scalar to YAML.
        if node.isEmptyScalar { return }
        guard let mapping = node.mapping else {
            strangers.append(
                ConfigurationError(
                    code: .invalidValue,
                    file: file,
                    line: mark?.line,
                    column: mark?.column,
                    key: section,
                    message: "'\(section ?? "")' is \(node.excerpt); allowed is a mapping of keys to values"
                )
            )
            return
        }
        for (key, value) in mapping {
            let name = key.scalar?.string ?? key.excerpt
            let path = section.map { "\($0).\(name)" } ?? name
            if knownPaths.contains(path) {
                values[path] = value
                marks[path] = key.mark
            } else if knownPaths.contains(where: { $0.hasPrefix(path + ".") }) {
                collect(value, under: path, mark: key.mark)
            } else {
                strangers.append(unknownKey(path, in: section, value: value, mark: key.mark))
            }
        }
    }

    private func unknownKey(_ path: String, in section: String?, value: Node, mark: Mark?) -> ConfigurationError {
        let shown = value.givenWords
        return ConfigurationError(
            code: .unknownKey,
            file: file,
            line: mark?.line,
            column: mark?.column,
            key: path,
            message: "unknown key '\(path.prefix(80))' (\(shown)); \(advice(for: path, in: section))"
        )
    }

    /// Names the key that was probably meant: one of the same section, or the same name in another one.
    private func advice(for path: String, in section: String?) -> String {
        let prefix = section.map { "\($0)." } ?? ""
        let name = String(path.dropFirst(prefix.count).prefix(80))
        if let elsewhere = knownPaths.first(where: { $0 == name || $0.hasSuffix(".\(name)") }) {
            return "did you mean '\(elsewhere)'?"
        }
        var siblings: [String] = []
        for known in knownPaths where known.hasPrefix(prefix) {
            let sibling = String(known.dropFirst(prefix.count).prefix { $0 != "." })
            if siblings.last != sibling { siblings.append(sibling) }
        }
        guard let nearest = NearestName(to: name, among: siblings) else { return "there is none like it" }
        return nearest.isLikely
            ? "did you mean '\(prefix)\(nearest.name)'?"
            : "the nearest known key is '\(prefix)\(nearest.name)'"
    }
}

extension ConfigurationDocument {
    /// Parses without YAML 1.1's guesses at types: what a scalar means is for its key to say.
    private static func compose(_ yaml: String, file: String) throws(ConfigurationError) -> Node? {
        guard yaml.utf8.count <= bytesMaximum else {
            let message = "the file has \(yaml.utf8.count) bytes; at most \(bytesMaximum) are read"
            throw ConfigurationError(code: .invalidYAML, file: file, message: message)
        }
        do {
            return try Yams.compose(yaml: yaml, .basic)
        } catch let error as YamlError {
            throw ConfigurationError(error, file: file)
        } catch {
            throw ConfigurationError(code: .invalidYAML, file: file, message: "the file is no YAML: \(error)")
        }
    }
}

extension ConfigurationError {
    fileprivate init(_ error: YamlError, file: String) {
        self.init(code: .invalidYAML, file: file, message: "the file is no YAML")
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            line = mark.line
            column = mark.column
            message += ": " + [context?.text, problem].compactMap { $0 }.joined(separator: ", ")
        case .duplicatedKeysInMapping(let duplicates, let context):
            line = context.mark.line
            column = context.mark.column
            message = "the key '\(duplicates.first ?? "")' is given twice; keep one of them"
        case .reader(let problem, _, _, _):
            message += ": \(problem)"
        default:
            message += ": \(error)"
        }
    }
}

extension Node {
    /// Whether nothing stands after the colon, or one of the words for it.
    var isEmptyScalar: Bool {
        guard let scalar, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null"].contains(scalar.string)
    }

    /// What was given for a key that nobody knows.
    var givenWords: String {
        if isEmptyScalar { return "no value" }
        return scalar == nil ? excerpt : "value \(excerpt)"
    }

    /// The value in one line, cut where it is long.
    var excerpt: String {
        switch self {
        case .scalar(let scalar): "'\(scalar.string.cut(to: 60))'"
        case .sequence(let sequence): sequence.isEmpty ? "an empty list" : "a list of \(sequence.count)"
        case .mapping(let mapping): mapping.isEmpty ? "an empty mapping" : "a mapping of \(mapping.count)"
        case .alias: "an alias"
        }
    }
}

extension String {
    fileprivate func cut(to count: Int) -> String {
        self.count > count ? prefix(count) + "..." : self
    }
}
