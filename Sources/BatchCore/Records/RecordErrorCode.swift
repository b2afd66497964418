/// Why one record has no result: a stable word that errors files carry and analysts group by.
public struct RecordErrorCode: RawRepresentable, Sendable, Hashable, Codable {
    /// The word as it stands in the file.
    public var rawValue: String

    /// Creates a code from its word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The line is longer than the limit; only its beginning was kept.
    public static let lineTooLong = RecordErrorCode(rawValue: "line_too_long")
    /// The record lacks the field its queue takes the text from.
    public static let missingField = RecordErrorCode(rawValue: "missing_field")
    /// The field is there, but is no string (or, for an id, no string or number).
    public static let wrongType = RecordErrorCode(rawValue: "wrong_type")
    /// The id is longer than the limit.
    public static let idTooLong = RecordErrorCode(rawValue: "id_too_long")
    /// The text has more tokens than the model takes, and the queue says `on_long: error`.
    public static let textTooLong = RecordErrorCode(rawValue: "text_too_long")
    /// The record kills or hangs the worker, alone, while a known-good text passes.
    public static let poison = RecordErrorCode(rawValue: "poison")
}
