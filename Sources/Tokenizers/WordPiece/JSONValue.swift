/// A JSON document as bytes: keys and strings are compared byte for byte.
///
/// Swift's `String` takes canonically equivalent texts for equal, and a vocabulary holds such texts under different
/// ids.
enum JSONValue: Sendable {
    case null
    case boolean(Bool)
    case integer(Int)
    case fraction
    case string([UInt8])
    case array([JSONValue])
    case object([Member])

    struct Member: Sendable {
        let key: [UInt8]
        let value: JSONValue
    }

    /// The value of a member, the last one where a key is repeated; nil for what is no object.
    subscript(_ key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key.elementsEqual(key.utf8) }?.value
    }

    /// As the subscript, with null taken for absent.
    func present(_ key: String) -> JSONValue? {
        let value = self[key]
        if case .null? = value { return nil }
        return value
    }

    var isNull: Bool {
        if case .null = self { true } else { false }
    }

    var string: [UInt8]? {
        if case .string(let bytes) = self { bytes } else { nil }
    }

    var boolean: Bool? {
        if case .boolean(let value) = self { value } else { nil }
    }

    var id: UInt32? {
        if case .integer(let value) = self { UInt32(exactly: value) } else { nil }
    }

    var array: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// What the value is, for messages.
    var kindName: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .integer, .fraction: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
