internal import Yams

/// A piece of a JSON Schema; members keep the order in which they are given, as a person wants to read them.
enum SchemaValue: Sendable, Equatable {
    case text(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case list([SchemaValue])
    case object([Member])

    /// A name and its value.
    struct Member: Sendable, Equatable {
        var name: String
        var value: SchemaValue
    }

    /// The schema that accepts everything.
    static let anything: SchemaValue = .object([])
    /// Text that is not empty.
    static let someText: SchemaValue = ["type": "string", "minLength": 1]

    static func integer(in range: ClosedRange<Int>) -> SchemaValue {
        ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
    }

    static func number(in range: ClosedRange<Double>) -> SchemaValue {
        ["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)]
    }

    static func text(matching pattern: String) -> SchemaValue {
        ["type": "string", "pattern": .text(pattern)]
    }

    static func oneOf(_ words: [String]) -> SchemaValue {
        ["enum": .list(words.map(SchemaValue.text))]
    }

    /// A list of different elements.
    static func list(of element: SchemaValue, _ counts: ClosedRange<Int>) -> SchemaValue {
        [
            "type": "array", "items": element, "minItems": .integer(counts.lowerBound),
            "maxItems": .integer(counts.upperBound), "uniqueItems": true,
        ]
    }

    /// The value that a configuration file would give, with YAML 1.2's types of numbers and booleans.
    init?(yaml: String) {
        guard let node = try? Yams.compose(yaml: yaml, .basic) else { return nil }
        self.init(node)
    }

    private init(_ node: Node) {
        switch node {
        case .scalar(let scalar): self.init(scalar)
        case .sequence(let sequence): self = .list(sequence.map { SchemaValue($0) })
        case .mapping(let mapping):
            self = .object(mapping.map { Member(name: $0.key.scalar?.string ?? "", value: SchemaValue($0.value)) })
        case .alias: self = .anything
        }
    }

    private init(_ scalar: Node.Scalar) {
        let text = scalar.string
        if scalar.style == .plain, let number = WholeNumber.parse(text) {
            self = .integer(number)
        } else if scalar.style == .plain, let number = Double(text), number.isFinite {
            self = .number(number)
        } else if scalar.style == .plain, let boolean = Bool(text) {
            self = .boolean(boolean)
        } else {
            self = .text(text)
        }
    }

    /// The value with members added to an object.
    func adding(_ members: [Member]) -> SchemaValue {
        guard case .object(let own) = self else { return self }
        return .object(own + members)
    }
}

extension SchemaValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .boolean(value) }
    init(arrayLiteral elements: SchemaValue...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, SchemaValue)...) {
        self = .object(elements.map { Member(name: $0.0, value: $0.1) })
    }
}
