import BatchCore

/// The file `stamp` of a queue's cache: what its answers follow from besides their texts, and the secrets of its digests.
///
/// An answer may be used again where all of this is the same: then the same text would be computed to the same bits.
struct CacheStamp: Sendable, Equatable, Codable {
    /// The largest stamp that is read, in bytes.
    static let bytesMaximum = 64 << 10
    /// The layout of the files of answers.
    static let formatVersion = 1

    /// What kept answers follow from.
    struct Origin: Sendable, Equatable, Codable {
        /// The layout of the files of answers.
        var format = CacheStamp.formatVersion
        /// The queue, so that a copied directory serves no other one.
        var queue: String
        /// The model's name, version, weights and precision.
        var model: ModelIdentity
        /// The SHA-256 over weights, tokenizer and configuration of the model.
        var content: String
        /// The length of a row of answers; 0 where they are entities.
        var columns: Int
        /// The instruction set.
        var isa: String
        /// The build.
        var build: String
        /// The SHA-256 of the program: two builds of one version need not compute the same bits.
        var program: String
    }

    var origin: Origin
    private var textSecret: [UInt64]
    private var blockSecret: [UInt64]

    private enum CodingKeys: String, CodingKey {
        case origin
        case textSecret = "text_secret"
        case blockSecret = "block_secret"
    }

    /// Makes the stamp of a new cache, with secrets of its own.
    init(_ origin: Origin) {
        self.origin = origin
        let (text, block) = (DigestKey.secret(), DigestKey.secret())
        textSecret = [text.first, text.second]
        blockSecret = [block.first, block.second]
    }

    /// The secret of the digests of texts; nil where the stamp is damaged.
    var textKey: DigestKey? { Self.key(textSecret) }
    /// The secret of the checksums of blocks.
    var blockKey: DigestKey? { Self.key(blockSecret) }

    private static func key(_ words: [UInt64]) -> DigestKey? {
        words.count == 2 ? DigestKey(first: words[0], second: words[1]) : nil
    }
}
