/// An added token, which is found in the text before it is cut into words.
struct AddedToken: Sendable, Hashable {
    var content: [UInt8]
    var id: UInt32 = 0
    /// Whether letters and digits beside it hide it.
    var isSingleWord = false
    /// Whether white space before it becomes a part of it.
    var stripsLeft = false
    /// Whether white space after it becomes a part of it.
    var stripsRight = false
    /// Whether it is looked for in the normalized text, as itself normalized.
    var isNormalized = true
    /// Whether it is a mark of the model rather than a word; it is found alike.
    var isSpecial = false
}

/// What a tokenizer file says, in the form that all sources share.
struct WordPieceDefinition {
    /// No piece twice.
    var vocabulary: [(piece: [UInt8], id: UInt32)] = []
    var continuingPrefix = Array("##".utf8)
    var unknownToken = Array("[UNK]".utf8)
    var charactersPerWordMaximum = 100
    var normalization = BertNormalization()
    /// In the order in which they are added.
    var addedTokens: [AddedToken] = []
    var template = SequenceTemplate()

    /// Leaves one piece of equal ones, the last, as maps do.
    mutating func keepLastOfEqualPieces() {
        var places: [[UInt8]: Int] = [:]
        places.reserveCapacity(vocabulary.count)
        var kept: [(piece: [UInt8], id: UInt32)] = []
        kept.reserveCapacity(vocabulary.count)
        for entry in vocabulary {
            if let place = places.updateValue(kept.count, forKey: entry.piece) {
                places[entry.piece] = place
                kept[place].id = entry.id
            } else {
                kept.append(entry)
            }
        }
        vocabulary = kept
    }

    /// Gives the added tokens their ids, as the library does whatever the file says: that of the piece of the same
    /// content, else the next after the pieces and the tokens before.
    mutating func numberAddedTokens() {
        var ids: [[UInt8]: UInt32] = [:]
        for (piece, id) in vocabulary { ids[piece] = id }
        let pieceCount = UInt32(ids.count)
        var largest: UInt32?
        var kept: [[UInt8]: Int] = [:]
        var numbered: [AddedToken] = []
        for var token in addedTokens where !token.content.isEmpty {
            let next = max(pieceCount, (largest ?? 0) &+ (largest == nil ? 0 : 1))
            token.id = ids[token.content] ?? next
            ids[token.content] = token.id
            largest = max(largest ?? 0, token.id)
            if let index = kept[token.content] {
                numbered[index] = token
            } else {
                kept[token.content] = numbered.count
                numbered.append(token)
            }
        }
        addedTokens = numbered
    }

    /// Checks what the parts must agree on, and lays them out.
    ///
    /// - Parameter source: What to call the file in messages.
    /// - Returns: The tokenizer.
    /// - Throws: `TokenizerError` with `malformed`.
    func compile(source: String) throws(TokenizerError) -> WordPieceModel {
        guard let unknown = vocabulary.last(where: { $0.piece == unknownToken }) else {
            let name = String(decoding: unknownToken, as: UTF8.self)
            throw TokenizerError(
                .malformed,
                "\(source): the unknown token '\(name)' is not among the \(vocabulary.count) pieces of the vocabulary."
            )
        }
        let ids = vocabulary.map(\.id) + addedTokens.map(\.id) + template.specialTokens.map(\.id)
        let largest = ids.max() ?? 0
        guard largest < WordPieceModel.vocabularySizeMaximum else {
            throw TokenizerError(
                .malformed,
                "\(source): id \(largest) is beyond the limit of \(WordPieceModel.vocabularySizeMaximum) pieces."
            )
        }
        guard addedTokens.count <= Int(largest) + 1 else {
            throw TokenizerError(
                .malformed,
                "\(source): \(addedTokens.count) added tokens are more than the ids up to \(largest)."
            )
        }
        return WordPieceModel(
            parameters: WordPieceParameters(
                unknownID: unknown.id,
                charactersPerWordMaximum: UInt32(clamping: charactersPerWordMaximum),
                vocabularySize: largest + 1,
                normalization: normalization
            ),
            addedTokens: addedTokens,
            template: template,
            trie: ByteTrie(try layOut(source: source))
        )
    }

    private func layOut(source: String) throws(TokenizerError) -> ByteTrieBuilder {
        var raw: [(key: [UInt8], value: UInt32)] = []
        var normalized: [(key: [UInt8], value: UInt32)] = []
        for (index, token) in addedTokens.enumerated() {
            if token.isNormalized {
                let key = NormalizedText.normalize(token.content, normalization)
                guard !key.isEmpty else {
                    let name = String(decoding: token.content, as: UTF8.self)
                    throw TokenizerError(
                        .malformed,
                        "\(source): nothing is left of the added token '\(name)' when it is normalized. Remove it."
                    )
                }
                // Of tokens that become equal the first counts.
                if !normalized.contains(where: { $0.key == key }) { normalized.append((key, UInt32(index))) }
            } else {
                raw.append((token.content, UInt32(index)))
            }
        }
        let initial = vocabulary.filter { !$0.piece.isEmpty }
        let continuing = vocabulary.filter { $0.piece.starts(with: continuingPrefix) }
            .map { (key: Array($0.piece.dropFirst(continuingPrefix.count)), value: $0.id) }
            .filter { !$0.key.isEmpty }
        return ByteTrieBuilder([initial.map { ($0.piece, $0.id) }, continuing, raw, normalized])
    }
}
