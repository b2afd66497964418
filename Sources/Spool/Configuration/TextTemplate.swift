/// A text made of a record's fields and what stands between them, `{news_title}。{news_summary}`.
///
/// `{name}` is the field of that name; `{{` and `}}` are braces.
public struct TextTemplate: Sendable, Equatable, Hashable, CustomStringConvertible {
    /// One piece of a template.
    public enum Part: Sendable, Equatable, Hashable {
        /// Text that is the same for every record.
        case literal(String)
        /// The text of a record's field.
        case field(String)
    }

    /// The pieces in order; no literal is empty and no two literals are neighbours.
    public let parts: [Part]

    /// The fields in the order of their first use, each once.
    public var fields: [String] {
        var seen: Set<String> = []
        return parts.compactMap { part in
            guard case .field(let name) = part, seen.insert(name).inserted else { return nil }
            return name
        }
    }

    /// Reads a template.
    ///
    /// - Parameter text: The template, with at least one field.
    /// - Throws: `Problem`, if a brace is alone, a name is empty or there is no field.
    public init(parsing text: String) throws(Problem) {
        var parser = Parser(rest: text[...])
        parts = try parser.parse()
    }

    /// The template as it would be written.
    public var description: String {
        parts.map { part in
            switch part {
            case .field(let name): "{\(name)}"
            case .literal(let text): String(text.flatMap { $0 == "{" ? "{{" : $0 == "}" ? "}}" : "\($0)" })
            }
        }.joined()
    }

    /// Why a template cannot be read.
    public enum Problem: Error, Sendable, Equatable, CustomStringConvertible {
        /// A `{` without its `}`.
        case unclosedBrace
        /// A `}` without its `{`.
        case strayBrace
        /// `{}`, or a name with a brace in it.
        case badFieldName(String)
        /// Nothing of the record would be read.
        case noField

        /// What is wrong and how to write it.
        public var description: String {
            switch self {
            case .unclosedBrace: "a '{' is not closed; write '{{' for the character itself"
            case .strayBrace: "a '}' closes nothing; write '}}' for the character itself"
            case .badFieldName(let name): "'{\(name)}' names no field"
            case .noField: "the template names no field"
            }
        }
    }
}

extension TextTemplate {
    /// Reads from left to right, gathering literals until a field ends them.
    private struct Parser {
        var rest: Substring
        var parts: [Part] = []
        var literal = ""

        mutating func parse() throws(Problem) -> [Part] {
            while let character = rest.popFirst() {
                switch character {
                case "{" where rest.first == "{", "}" where rest.first == "}":
                    rest.removeFirst()
                    literal.append(character)
                case "{": try parseField()
                case "}": throw .strayBrace
                default: literal.append(character)
                }
            }
            endLiteral()
            guard parts.contains(where: { if case .field = $0 { true } else { false } }) else { throw .noField }
            return parts
        }

        private mutating func parseField() throws(Problem) {
            guard let end = rest.firstIndex(of: "}") else { throw .unclosedBrace }
            let name = String(rest[..<end])
            guard !name.isEmpty, !name.contains("{") else { throw .badFieldName(name) }
            endLiteral()
            parts.append(.field(name))
            rest = rest[rest.index(after: end)...]
        }

        private mutating func endLiteral() {
            guard !literal.isEmpty else { return }
            parts.append(.literal(literal))
            literal = ""
        }
    }
}

/// Where a record's text is found.
public enum TextSource: Sendable, Equatable, Hashable {
    /// The first of these fields that the record has.
    case firstOf([String])
    /// Several fields put together; a record without one of them has no text.
    case template(TextTemplate)

    /// Every field that must be looked at.
    public var fields: [String] {
        switch self {
        case .firstOf(let names): names
        case .template(let template): template.fields
        }
    }
}
