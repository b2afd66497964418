/// What encoding found out about one text.
public struct EncodedText: Sendable, Equatable {
    /// Tokens as a person counts them: words, and single CJK characters, or the tokenizer's pieces.
    public var inputTokens: Int

    /// Whether the model saw only the beginning of the text.
    public var truncated: Bool

    /// The sequences that the text was cut into; 1 where it fits the model or was truncated.
    public var windows: Int

    /// Creates the description of one encoded text.
    public init(inputTokens: Int, truncated: Bool = false, windows: Int = 1) {
        self.inputTokens = inputTokens
        self.truncated = truncated
        self.windows = windows
    }
}
