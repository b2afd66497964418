/// What kind of value a key has.
public enum JSONKind: UInt8, Sendable {
    /// The object lacks the key.
    case absent
    /// A string.
    case string
    /// A number.
    case number
    /// `true`.
    case `true`
    /// `false`.
    case `false`
    /// `null`.
    case null
    /// An object.
    case object
    /// An array.
    case array
}

/// The value of one key, as a place in its line.
public struct ScannedValue: Sendable, Equatable {
    /// What the value is.
    public var kind: JSONKind = .absent
    /// Whether a string holds escapes, so that its bytes are not its text.
    public var hasEscapes = false
    /// The value's bytes in the line, with the quotation marks of a string; empty where absent.
    public var range: Range<Int> = 0..<0

    /// Creates an absent value.
    public init() {}

    init(kind: JSONKind, hasEscapes: Bool, range: Range<Int>) {
        self.kind = kind
        self.hasEscapes = hasEscapes
        self.range = range
    }

    /// The bytes between the quotation marks of a string; for other kinds, the value's bytes.
    public var contents: Range<Int> {
        kind == .string ? range.lowerBound + 1..<range.upperBound - 1 : range
    }
}

/// What a `RecordScanner` took out of one line; use it again for the next.
public struct ScannedRecord: Sendable, Equatable {
    /// The value of each wanted key, in the order the scanner was given them.
    public internal(set) var values: [ScannedValue] = []

    /// Creates an empty record.
    public init() {}

    /// The value of the wanted key with this index.
    public subscript(index: Int) -> ScannedValue { values[index] }
}
