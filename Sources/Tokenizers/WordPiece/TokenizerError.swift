/// What reading a tokenizer can fail with.
public struct TokenizerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable word for the code.
        public let description: String

        /// The file describes a tokenizer of another kind; the message names it.
        public static let unsupportedKind = Code(description: "unsupported_kind")

        /// The kind is right, but a normalizer, pre-tokenizer or post-processor is one that is not known here.
        public static let unsupportedPart = Code(description: "unsupported_part")

        /// The file is not well-formed, or a value is not what its place asks for.
        public static let malformed = Code(description: "malformed")

        /// A compiled tokenizer is cut, altered, or of another version.
        public static let corrupt = Code(description: "corrupt")
    }

    /// What kind of failure it is.
    public let code: Code

    /// What is wrong, where, and what to do next, for a person.
    public let description: String

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - code: What kind of failure it is.
    ///   - description: What is wrong, where, and what to do next.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
