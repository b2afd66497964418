/// A JSON value that was read from a model's file.
enum JSONValue: Sendable, Equatable {
    case null
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// What a sentence calls a value of this kind.
    var kind: String {
        switch self {
        case .null: "null"
        case .boolean: "a truth value"
        case .integer: "an integer"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The members, where it is an object.
    var members: [String: JSONValue]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The elements, where it is an array.
    var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The text, where it is a string.
    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The value, where it is an integer.
    var integer: Int? {
        if case .integer(let value) = self { value } else { nil }
    }
}
