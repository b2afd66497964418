/// The numbers of a tokenizer.
struct WordPieceParameters: Sendable, Hashable {
    var unknownID: UInt32
    var charactersPerWordMaximum: UInt32
    /// The largest id and one.
    var vocabularySize: UInt32
    var normalization: BertNormalization
}

/// A tokenizer laid out for reading: what encoders share.
final class WordPieceModel: Sendable {
    /// The roots of the trie.
    enum Root {
        /// Pieces that begin a word.
        static let initial: UInt32 = 0
        /// Pieces that continue one, without their prefix.
        static let continuing: UInt32 = 1
        /// Added tokens that are looked for in the text as it came; a value is a place in `addedTokens`.
        static let added: UInt32 = 2
        /// Added tokens that are looked for in the normalized text.
        static let normalizedAdded: UInt32 = 3
        static let count = 4
    }

    /// More pieces are refused, so that sizes stay within 31 bits.
    static let vocabularySizeMaximum: UInt32 = 1 << 26

    let parameters: WordPieceParameters
    let addedTokens: [AddedToken]
    let template: SequenceTemplate
    let trie: ByteTrie
    let hasAddedTokens: Bool
    let hasNormalizedAddedTokens: Bool

    /// Whether an added token begins with a byte, for 256 bytes.
    let beginsAddedToken: [Bool]

    /// Takes parts that are known to fit together.
    init(parameters: WordPieceParameters, addedTokens: [AddedToken], template: SequenceTemplate, trie: ByteTrie) {
        self.parameters = parameters
        self.addedTokens = addedTokens
        self.template = template
        self.trie = trie
        hasAddedTokens = addedTokens.contains { !$0.isNormalized }
        hasNormalizedAddedTokens = addedTokens.contains { $0.isNormalized }
        beginsAddedToken = (0..<256).map { trie.hasChild(Root.added, UInt8($0)) }
    }
}
