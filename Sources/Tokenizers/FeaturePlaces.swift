/// The features of one text, and where in the text each of them comes from.
public struct FeaturePlaces: Sendable, Equatable {
    /// Words, single CJK characters and runs of one symbol, in the order of the text.
    public var pieces: [PieceSpan] = []

    /// The features, each with the pieces that it was made of.
    public var features: [Feature] = []

    /// One feature: an n-gram of pieces, or of the characters within one of them.
    public struct Feature: Sendable, Equatable {
        /// Its bucket.
        public var id: UInt32
        /// The first of its pieces.
        public var firstPiece: Int
        /// How many pieces there are from its first to its last; 1 for an n-gram of characters.
        public var pieceCount: Int
    }
}

/// Where in a text a piece stands; ends are exclusive.
public struct PieceSpan: Sendable, Equatable {
    /// The first code point.
    public var start: Int
    /// Past the last code point.
    public var end: Int
    /// The first byte.
    public var byteStart: Int
    /// Past the last byte.
    public var byteEnd: Int
    /// Whether it is a CJK character.
    public var isCJK: Bool
}

extension NGramHasher {
    /// Finds the features of one text as `encode` does, and where they come from; slower than that.
    ///
    /// A feature that counts once, where features are distinct, is where the text has it first.
    ///
    /// - Parameter text: Valid UTF-8; what follows the first `codePointsMaximum` code points is not seen.
    /// - Returns: The same numbers as `encode` gives, in another order.
    public func places(in text: Span<UInt8>) -> FeaturePlaces {
        withScratch(for: text) { scratch, bytes in
            _ = scratch.decode(bytes, maximum: Self.codePointsMaximum)
            scratch.cutIntoPieces()
            scratch.hashPieces()
            var places = scratch.places(in: bytes)
            if features.distinct {
                var seen: Set<UInt32> = []
                places.features.removeAll { !seen.insert($0.id).inserted }
            }
            return places
        }
    }
}

// MARK: - Where hashed features come from

extension HashingScratch {
    /// Follows the ids, in the order in which they were made, to the pieces that they are of.
    fileprivate func places(in bytes: UnsafeBufferPointer<UInt8>) -> FeaturePlaces {
        var places = FeaturePlaces()
        var next = 0
        let add = { (places: inout FeaturePlaces, first: Int, pieces: Int) in
            places.features.append(FeaturePlaces.Feature(id: hashed[next], firstPiece: first, pieceCount: pieces))
            next += 1
        }
        let starts = characterStarts(in: bytes)
        for (piece, cut) in pieceCuts().enumerated() {
            let (from, to) = (starts[cut.characters.lowerBound], starts[cut.characters.upperBound])
            places.pieces.append(
                PieceSpan(
                    start: from.codePoint,
                    end: to.codePoint,
                    byteStart: from.byte,
                    byteEnd: to.byte,
                    isCJK: pieces[piece] & 3 == Self.cjkBits
                )
            )
            for _ in 0..<cut.characterFeatures { add(&places, piece, 1) }
        }
        precondition(places.pieces.count == pieceCount, "pieces are cut as they were hashed")
        for first in 0..<pieceCount {
            for count in 0..<nGramCount(from: first) { add(&places, first, count + 1) }
        }
        if features.skip > 0 {
            for gap in 1...features.skip where pieceCount > gap + 1 {
                for first in 0..<(pieceCount - gap - 1) where pieces[first] & 3 != Self.cjkBits {
                    add(&places, first, gap + 2)
                }
            }
        }
        precondition(next == hashed.count, "every id has its place")
        return places
    }

    /// How many n-grams of pieces begin with a piece.
    private func nGramCount(from first: Int) -> Int {
        var limit = features.cjkOrder
        var next = first
        while next < min(pieceCount, first + max(features.wordOrder, features.cjkOrder)) {
            if pieces[next] & 3 != Self.cjkBits { limit = features.wordOrder }
            if next - first >= limit { break }
            next += 1
        }
        return next - first
    }

    /// One piece: its characters, and how many n-grams within it were hashed.
    private struct PieceCut {
        var characters: Range<Int>
        var characterFeatures = 0
    }

    /// The pieces as `cutIntoPieces` cuts them.
    private func pieceCuts() -> [PieceCut] {
        var cuts: [PieceCut] = []
        var next = 0
        while next < characterCount {
            let start = next
            switch characters[start] & CharacterTable.Kind.mask {
            case CharacterTable.Kind.space:
                next += 1
                continue
            case CharacterTable.Kind.word:
                if features.foldsHandles, let end = endOfAddress(from: start) {
                    next = end
                    cuts.append(PieceCut(characters: start..<end))
                } else {
                    next = endOfWord(from: start)
                    cuts.append(PieceCut(characters: start..<next, characterFeatures: nGramCount(in: next - start)))
                }
            case CharacterTable.Kind.cjk:
                next += 1
                cuts.append(PieceCut(characters: start..<next))
            default:
                next = endOfSymbols(from: start)
                cuts.append(PieceCut(characters: start..<next))
            }
        }
        return cuts
    }

    private func endOfWord(from start: Int) -> Int {
        var end = start
        while isWord(at: end) || (characters[end] == CharacterTable.Kind.symbol | 0x27 && isWord(at: end + 1)) {
            end += 1
        }
        return end
    }

    private func endOfSymbols(from start: Int) -> Int {
        let symbol = characters[start]
        var end = start
        if features.foldsHandles && symbol == CharacterTable.Kind.symbol | 0x40 && isWord(at: start + 1) {
            end += 1
            while isWord(at: end) || characters[end] == CharacterTable.Kind.symbol | 0x5F { end += 1 }
        } else {
            while characters[end] == symbol && end < characterCount { end += 1 }
        }
        return end
    }

    /// The n-grams of a word of so many characters, without its two marks.
    private func nGramCount(in characters: Int) -> Int {
        let count = characters + 2
        let orders = stride(
            from: features.characterOrderMinimum,
            through: min(features.characterOrderMaximum, count - 1),
            by: 1
        )
        return orders.reduce(0) { $0 + count - $1 + 1 }
    }

    /// Where each character that was kept begins in the text, and at last where the text that was read ends.
    ///
    /// What was cut off a run of one character belongs to the last of it that was kept.
    private func characterStarts(in bytes: UnsafeBufferPointer<UInt8>) -> [(byte: Int, codePoint: Int)] {
        var starts: [(byte: Int, codePoint: Int)] = []
        starts.reserveCapacity(characterCount + 1)
        var byte = 0
        var codePoint = 0
        var run = 0
        var last: UInt32 = .max
        while byte < bytes.count, let base = bytes.baseAddress {
            let (character, length) = UTF8Text.decode(base + byte, bytes.count - byte)
            let entry = CharacterTable.entry(character)
            run = entry == last ? run + 1 : 0
            last = entry
            if run < 3 {
                if starts.count == characterCount { break }
                starts.append((byte, codePoint))
            }
            byte += length
            codePoint += 1
        }
        starts.append((byte, codePoint))
        return starts
    }
}
