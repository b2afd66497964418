/// One stretch of a record's text with a label, such as the name of a place.
public struct EntitySpan: Sendable, Equatable {
    /// The first code point.
    public var start: Int
    /// One past the last code point.
    public var end: Int
    /// The first byte of the UTF-8 text; the start of a code point.
    public var byteStart: Int
    /// One past the last byte.
    public var byteEnd: Int
    /// The index of its group in the model's labels.
    public var label: Int
    /// How sure the model is, 0...1.
    public var score: Float

    /// Creates an entity.
    public init(start: Int, end: Int, byteStart: Int, byteEnd: Int, label: Int, score: Float) {
        self.start = start
        self.end = end
        self.byteStart = byteStart
        self.byteEnd = byteEnd
        self.label = label
        self.score = score
    }
}
