/// The special tokens around one text, and around and between the two texts of a pair.
public struct SequenceTemplate: Sendable, Hashable {
    /// A token that the template adds.
    public struct SpecialToken: Sendable, Hashable {
        /// The token's id.
        public let id: UInt32

        /// The token type (segment) it is given.
        public let typeID: UInt32

        /// Creates a special token.
        ///
        /// - Parameters:
        ///   - id: The token's id.
        ///   - typeID: The token type it is given.
        public init(id: UInt32, typeID: UInt32) {
            self.id = id
            self.typeID = typeID
        }
    }

    /// The sequence of one text.
    public struct Single: Sendable, Hashable {
        /// What comes before the text.
        public var prefix: [SpecialToken]

        /// The token type of the text's pieces.
        public var typeID: UInt32

        /// What comes after the text.
        public var suffix: [SpecialToken]

        /// Creates a sequence; without arguments, one that adds nothing.
        ///
        /// - Parameters:
        ///   - prefix: What comes before the text.
        ///   - typeID: The token type of the text's pieces.
        ///   - suffix: What comes after the text.
        public init(prefix: [SpecialToken] = [], typeID: UInt32 = 0, suffix: [SpecialToken] = []) {
            self.prefix = prefix
            self.typeID = typeID
            self.suffix = suffix
        }

        /// How many tokens the template adds.
        public var specialTokenCount: Int { prefix.count + suffix.count }
    }

    /// The sequence of two texts.
    public struct Pair: Sendable, Hashable {
        /// What comes before the first text.
        public var prefix: [SpecialToken]

        /// The token type of the first text's pieces.
        public var firstTypeID: UInt32

        /// What comes between the texts.
        public var middle: [SpecialToken]

        /// The token type of the second text's pieces.
        public var secondTypeID: UInt32

        /// What comes after the second text.
        public var suffix: [SpecialToken]

        /// Creates a sequence; without arguments, one that adds nothing.
        ///
        /// - Parameters:
        ///   - prefix: What comes before the first text.
        ///   - firstTypeID: The token type of the first text's pieces.
        ///   - middle: What comes between the texts.
        ///   - secondTypeID: The token type of the second text's pieces.
        ///   - suffix: What comes after the second text.
        public init(
            prefix: [SpecialToken] = [],
            firstTypeID: UInt32 = 0,
            middle: [SpecialToken] = [],
            secondTypeID: UInt32 = 1,
            suffix: [SpecialToken] = []
        ) {
            self.prefix = prefix
            self.firstTypeID = firstTypeID
            self.middle = middle
            self.secondTypeID = secondTypeID
            self.suffix = suffix
        }

        /// How many tokens the template adds.
        public var specialTokenCount: Int { prefix.count + middle.count + suffix.count }
    }

    /// The sequence of one text.
    public var single: Single

    /// The sequence of two texts.
    public var pair: Pair

    /// Creates a template; without arguments, one that adds nothing.
    ///
    /// - Parameters:
    ///   - single: The sequence of one text.
    ///   - pair: The sequence of two texts.
    public init(single: Single = Single(), pair: Pair = Pair()) {
        self.single = single
        self.pair = pair
    }

    /// `[CLS] a [SEP]` and `[CLS] a [SEP] b [SEP]`, the second text and its end of type 1.
    ///
    /// - Parameters:
    ///   - classification: The id of `[CLS]`.
    ///   - separator: The id of `[SEP]`.
    /// - Returns: The template.
    public static func bert(classification: UInt32, separator: UInt32) -> SequenceTemplate {
        let first = [SpecialToken(id: classification, typeID: 0)]
        let end = [SpecialToken(id: separator, typeID: 0)]
        return SequenceTemplate(
            single: Single(prefix: first, suffix: end),
            pair: Pair(prefix: first, middle: end, suffix: [SpecialToken(id: separator, typeID: 1)])
        )
    }

    /// `<s> a </s>` and `<s> a </s></s> b </s>`, all of type 0.
    ///
    /// - Parameters:
    ///   - start: The id of `<s>`.
    ///   - end: The id of `</s>`.
    /// - Returns: The template.
    public static func roberta(start: UInt32, end: UInt32) -> SequenceTemplate {
        let first = [SpecialToken(id: start, typeID: 0)]
        let last = [SpecialToken(id: end, typeID: 0)]
        return SequenceTemplate(
            single: Single(prefix: first, suffix: last),
            pair: Pair(prefix: first, middle: last + last, secondTypeID: 0, suffix: last)
        )
    }

    /// Every special token of both sequences.
    var specialTokens: [SpecialToken] {
        single.prefix + single.suffix + pair.prefix + pair.middle + pair.suffix
    }
}
