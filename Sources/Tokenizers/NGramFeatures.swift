/// Which n-grams of a text are hashed, and into how many buckets.
///
/// A text is folded (lower case, full-width forms to ASCII, runs of one character cut at three) and cut into
/// pieces: words, single CJK characters, and runs of one punctuation mark or symbol. The features are n-grams of
/// pieces, and n-grams of the characters within each word.
public struct NGramFeatures: Sendable, Equatable, Codable {
    /// The longest n-gram of pieces that are not all CJK characters, 1...8.
    public var wordOrder: Int

    /// The longest n-gram of CJK characters, 1...8.
    public var cjkOrder: Int

    /// The shortest n-gram of characters within a word, counting a mark at either end; 1...16.
    public var characterOrderMinimum: Int

    /// The longest n-gram of characters within a word; 0 for none.
    public var characterOrderMaximum: Int

    /// How many pieces a pair may skip, 0...2; 0 for no pairs.
    public var skip: Int

    /// Whether every digit is read as `0`.
    public var foldsDigits: Bool

    /// Whether `@name` and web addresses are each read as one fixed piece.
    public var foldsHandles: Bool

    /// Whether a feature that a text repeats counts once.
    public var distinct: Bool

    /// The number of buckets of all features.
    public var buckets: Int

    /// How many of them, the first ones, are for n-grams of characters within words; the rest are for the others.
    public var characterBuckets: Int

    /// Creates a description of features.
    public init(
        wordOrder: Int = 3,
        cjkOrder: Int = 4,
        characterOrderMinimum: Int = 3,
        characterOrderMaximum: Int = 4,
        skip: Int = 0,
        foldsDigits: Bool = false,
        foldsHandles: Bool = false,
        distinct: Bool = false,
        buckets: Int,
        characterBuckets: Int? = nil
    ) {
        self.wordOrder = wordOrder
        self.cjkOrder = cjkOrder
        self.characterOrderMinimum = characterOrderMinimum
        self.characterOrderMaximum = characterOrderMaximum
        self.skip = skip
        self.foldsDigits = foldsDigits
        self.foldsHandles = foldsHandles
        self.distinct = distinct
        self.buckets = buckets
        self.characterBuckets = characterBuckets ?? buckets / 4
    }

    /// What is wrong with the description, in words; nil where it can be used.
    public var problem: String? {
        let ranges: [(name: String, value: Int, range: ClosedRange<Int>)] = [
            ("word order", wordOrder, 1...8),
            ("CJK order", cjkOrder, 1...8),
            ("smallest character order", characterOrderMinimum, 1...16),
            ("largest character order", characterOrderMaximum, 0...16),
            ("skip", skip, 0...2),
            ("number of buckets", buckets, 4...Self.bucketsMaximum),
            ("number of characters' buckets", characterBuckets, 1...max(1, buckets - 1)),
        ]
        for (name, value, range) in ranges where !range.contains(value) {
            return "The \(name) is \(value), expected \(range.lowerBound) to \(range.upperBound)."
        }
        if characterOrderMaximum > 0 && characterOrderMinimum > characterOrderMaximum {
            return "The character orders are \(characterOrderMinimum) to \(characterOrderMaximum), which is none."
        }
        return nil
    }

    /// The most buckets that a model may have.
    public static let bucketsMaximum = 1 << 28
}
