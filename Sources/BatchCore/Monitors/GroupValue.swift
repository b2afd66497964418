/// A value of a field by which records are grouped: text that is told apart by its bytes.
///
/// `String` holds `é` and `e` with a combining accent for equal, by canonical equivalence, and which texts are equivalent
/// depends on the version of Unicode. Whoever counts the same records in SQL finds two groups, so here they are two.
public struct GroupValue: Sendable {
    /// The value.
    public let text: String

    /// Creates a value.
    public init(_ text: String) {
        self.text = text
    }
}

extension GroupValue: Hashable, Comparable {
    /// Whether the bytes are the same.
    public static func == (left: GroupValue, right: GroupValue) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// The order of the bytes, which is that of the code points.
    public static func < (left: GroupValue, right: GroupValue) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        let combined: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if combined == nil { Array(text.utf8).withUnsafeBytes { hasher.combine(bytes: $0) } }
    }
}

extension GroupValue: ExpressibleByStringInterpolation, CustomStringConvertible {
    /// Creates a value that stands in the source.
    public init(stringLiteral text: String) {
        self.init(text)
    }

    /// The value.
    public var description: String { text }
}

extension GroupValue: Codable {
    /// Reads a string.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
