/// Where one token of a batch came from in its record's text.
public struct TokenSpanInText: Sendable, Equatable {
    /// The first code point.
    public var start: UInt32
    /// One past the last code point; equal to `start` for tokens that stand for no text.
    public var end: UInt32
    /// The first byte of the UTF-8 text.
    public var byteStart: UInt32
    /// One past the last byte.
    public var byteEnd: UInt32
    /// Whether a word begins here, as the tokenizer splits words.
    public var startsWord: Bool

    /// Creates a span.
    public init(start: UInt32, end: UInt32, byteStart: UInt32, byteEnd: UInt32, startsWord: Bool) {
        self.start = start
        self.end = end
        self.byteStart = byteStart
        self.byteEnd = byteEnd
        self.startsWord = startsWord
    }

    /// The span of a token that stands for no text, such as a separator.
    public static let none = TokenSpanInText(start: 0, end: 0, byteStart: 0, byteEnd: 0, startsWord: false)
}
