/// What happens to a text longer than the model reads.
public enum LongTextPolicy: String, Sendable, Hashable, Codable, CaseIterable {
    /// The model sees the beginning, and the result says so.
    case truncate
    /// The record becomes an error record.
    case error
    /// The model sees all of the text in overlapping pieces, whose answers are put together.
    case window
}
