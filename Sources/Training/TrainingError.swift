/// What reading training data can fail with.
public struct TrainingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What failed, where, and what to do next, for a person.
    public let description: String

    /// Creates an error.
    public init(_ description: String) {
        self.description = description
    }
}
