/// The pieces of a text: an id each, and where in the text it comes from.
public struct TokenPieces: Sendable {
    /// The ids, in the order of the text.
    public var ids: [UInt32] = []

    /// Where each id comes from; as many as `ids`, or none when spans are not recorded.
    public var spans: [TokenSpan] = []

    /// Whether encoders fill `spans`.
    public let recordsSpans: Bool

    /// Creates an empty list.
    ///
    /// - Parameter recordsSpans: Whether encoders fill `spans`.
    public init(recordsSpans: Bool) {
        self.recordsSpans = recordsSpans
    }

    /// Empties the list and keeps its memory.
    public mutating func removeAll() {
        ids.removeAll(keepingCapacity: true)
        spans.removeAll(keepingCapacity: true)
    }
}

/// Where in the original text a piece comes from.
public struct TokenSpan: Sendable, Hashable {
    /// The first code point.
    public let start: UInt32

    /// Past the last code point.
    public let end: UInt32

    /// The first byte.
    public let byteStart: UInt32

    /// Past the last byte.
    public let byteEnd: UInt32

    /// Whether a word begins here; false for a continuation such as `##ing`.
    public let startsWord: Bool

    /// Creates a span; ends are exclusive.
    ///
    /// - Parameters:
    ///   - start: The first code point.
    ///   - end: Past the last code point.
    ///   - byteStart: The first byte.
    ///   - byteEnd: Past the last byte.
    ///   - startsWord: Whether a word begins here.
    public init(start: UInt32, end: UInt32, byteStart: UInt32, byteEnd: UInt32, startsWord: Bool) {
        self.start = start
        self.end = end
        self.byteStart = byteStart
        self.byteEnd = byteEnd
        self.startsWord = startsWord
    }
}
