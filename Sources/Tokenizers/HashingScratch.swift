/// The one handle on the hasher's scratch memory: every pointer of this target lives here.
///
/// `reserve` makes room for the worst case of a text's length, so that the loops need no bounds.
struct HashingScratch {
    let features: NGramFeatures
    private let table: UnsafeMutablePointer<UInt32>
    private let characterPowers: UnsafeMutablePointer<UInt64>
    private(set) var characters: UnsafeMutablePointer<UInt32>
    private var prefixes: UnsafeMutablePointer<UInt64>
    private(set) var pieces: UnsafeMutablePointer<UInt64>
    private var ids: UnsafeMutablePointer<UInt32>
    private var capacity = 0
    private(set) var characterCount = 0
    private(set) var pieceCount = 0
    private var idCount = 0

    /// Words and single CJK characters of the text at hand.
    private(set) var countedTokens = 0

    init(features: NGramFeatures) {
        self.features = features
        table = .allocate(capacity: CharacterTable.tabulated)
        for codePoint in 0..<CharacterTable.tabulated {
            (table + codePoint).initialize(to: CharacterTable.entry(UInt32(codePoint)))
        }
        characterPowers = .allocate(capacity: 32)
        var power: UInt64 = 1
        for order in 0..<32 {
            (characterPowers + order).initialize(to: power)
            power = power &* FeatureHash.characterBase
        }
        (characters, prefixes, pieces, ids) = Self.allocate(codePoints: 0, features)
    }

    func deallocate() {
        table.deallocate()
        characterPowers.deallocate()
        characters.deallocate()
        prefixes.deallocate()
        pieces.deallocate()
        ids.deallocate()
    }

    /// The ids of the text at hand.
    var hashed: UnsafeBufferPointer<UInt32> { UnsafeBufferPointer(start: ids, count: idCount) }

    /// Makes room for a text of so many code points.
    mutating func reserve(codePoints: Int) {
        guard codePoints > capacity else { return }
        characters.deallocate()
        prefixes.deallocate()
        pieces.deallocate()
        ids.deallocate()
        capacity = max(1024, codePoints + codePoints / 2)
        (characters, prefixes, pieces, ids) = Self.allocate(codePoints: capacity, features)
    }

    private typealias Memory = (
        UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UInt64>,
        UnsafeMutablePointer<UInt32>
    )

    // A word of one code point has three characters with its marks, the worst case of characters' n-grams.
    private static func allocate(codePoints: Int, _ features: NGramFeatures) -> Memory {
        let characterOrders = max(0, features.characterOrderMaximum - features.characterOrderMinimum + 1)
        let perCodePoint = max(features.wordOrder, features.cjkOrder) + features.skip + 3 * characterOrders
        return (
            .allocate(capacity: codePoints + 4), .allocate(capacity: codePoints + 4),
            .allocate(capacity: codePoints + 4), .allocate(capacity: codePoints * perCodePoint + 4)
        )
    }
}

// MARK: - Reading

extension HashingScratch {
    /// Decodes and folds a text, cutting runs of one character at three.
    ///
    /// - Returns: Whether the whole text was read.
    @inline(__always)
    mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>, maximum: Int) -> Bool {
        characterCount = 0
        guard var next = bytes.baseAddress else { return true }
        let end = next + bytes.count
        var output = characters
        let outputEnd = output + maximum
        var last: UInt32 = .max
        var run = 0
        while next < end && output < outputEnd {
            let entry: UInt32
            if next.pointee < 0x80 {
                entry = table[Int(next.pointee)]
                next += 1
            } else {
                entry = decodeLong(&next, end)
            }
            run = entry == last ? run + 1 : 0
            last = entry
            if run < 3 {
                output.pointee = entry
                output += 1
            }
        }
        characterCount = output - characters
        return next == end
    }

    // The text is valid; the check of the remaining length only keeps a caller's mistake from reading further.
    @inline(__always)
    private func decodeLong(_ next: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UInt32 {
        let lead = UInt32(next[0])
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard end - next >= length else {
            next = end
            return CharacterTable.Kind.space | 0x20
        }
        var codePoint = (lead & (0xFF >> UInt32(length + 1))) << 6 | UInt32(next[1]) & 0x3F
        if length > 2 { codePoint = codePoint << 6 | UInt32(next[2]) & 0x3F }
        if length > 3 { codePoint = codePoint << 6 | UInt32(next[3]) & 0x3F }
        next += length
        if codePoint < CharacterTable.tabulated { return table[Int(codePoint)] }
        if codePoint &- 0x4E00 < 0x5200 { return codePoint | CharacterTable.Kind.cjk }
        return CharacterTable.entry(codePoint)
    }
}

// MARK: - Pieces

extension HashingScratch {
    private static let handlePiece = FeatureHash.mixTwice(0x4_0000_0001)
    private static let addressPiece = FeatureHash.mixTwice(0x4_0000_0002)

    // The kind of a piece lies in the two lowest bits of its hash.
    static let cjkBits: UInt64 = 2

    /// Cuts the characters into pieces, and hashes the n-grams of the characters within words.
    @inline(__always)
    mutating func cutIntoPieces() {
        pieceCount = 0
        idCount = 0
        countedTokens = 0
        characters[characterCount] = CharacterTable.Kind.space
        var next = 0
        while next < characterCount {
            switch characters[next] & CharacterTable.Kind.mask {
            case CharacterTable.Kind.space:
                next += 1
            case CharacterTable.Kind.word:
                next = cutWord(from: next)
            case CharacterTable.Kind.cjk:
                append(piece: FeatureHash.mixTwice(UInt64(characters[next])), bits: Self.cjkBits)
                countedTokens += 1
                next += 1
            default:
                next = cutSymbol(from: next)
            }
        }
    }

    @inline(__always)
    private mutating func append(piece: UInt64, bits: UInt64) {
        pieces[pieceCount] = piece & ~3 | bits
        pieceCount += 1
    }

    @inline(__always)
    func isWord(at index: Int) -> Bool {
        characters[index] & CharacterTable.Kind.mask == CharacterTable.Kind.word
    }

    @inline(__always)
    private mutating func cutWord(from start: Int) -> Int {
        if features.foldsHandles, let end = endOfAddress(from: start) {
            append(piece: Self.addressPiece, bits: 3)
            countedTokens += 1
            return end
        }
        // prefixes[i] hashes the opening mark and the first i - 1 characters.
        var hash: UInt64 = 0x3C
        prefixes[0] = 0
        prefixes[1] = hash
        var end = start
        while isWord(at: end) || (characters[end] == CharacterTable.Kind.symbol | 0x27 && isWord(at: end + 1)) {
            var character = UInt64(characters[end])
            if features.foldsDigits && character &- 0x100_0030 < 10 { character = 0x100_0030 }
            hash = hash &* FeatureHash.characterBase &+ character
            prefixes[end - start + 2] = hash
            end += 1
        }
        let count = end - start + 2
        prefixes[count] = hash &* FeatureHash.characterBase &+ 0x3E
        append(piece: FeatureHash.mixTwice(hash), bits: 1)
        countedTokens += 1
        hashCharacters(count: count)
        return end
    }

    // The whole word with both its marks is left out: it is a piece already.
    @inline(__always)
    private mutating func hashCharacters(count: Int) {
        let buckets = UInt64(features.characterBuckets)
        var order = features.characterOrderMinimum
        let last = min(features.characterOrderMaximum, count - 1)
        var output = ids + idCount
        while order <= last {
            let power = characterPowers[order]
            let salt = UInt64(order)
            for start in 0...(count - order) {
                let hash = prefixes[start + order] &- prefixes[start] &* power
                output.pointee = FeatureHash.bucket(FeatureHash.mix(hash &+ salt), of: buckets)
                output += 1
            }
            order += 1
        }
        idCount = output - ids
    }

    @inline(__always)
    private mutating func cutSymbol(from start: Int) -> Int {
        let symbol = characters[start]
        if features.foldsHandles && symbol == CharacterTable.Kind.symbol | 0x40 && isWord(at: start + 1) {
            var end = start + 1
            while isWord(at: end) || characters[end] == CharacterTable.Kind.symbol | 0x5F { end += 1 }
            append(piece: Self.handlePiece, bits: 3)
            return end
        }
        var end = start
        var hash: UInt64 = 0
        while characters[end] == symbol && end < characterCount {
            hash = hash &* FeatureHash.characterBase &+ UInt64(symbol)
            end += 1
        }
        append(piece: FeatureHash.mixTwice(hash), bits: 3)
        return end
    }

    // `http` or `https`, and everything up to the next blank or character beyond ASCII.
    @inline(__always)
    func endOfAddress(from start: Int) -> Int? {
        let word = CharacterTable.Kind.word
        guard characters[start] == word | 0x68, start + 4 <= characterCount,
            characters[start + 1] == word | 0x74, characters[start + 2] == word | 0x74,
            characters[start + 3] == word | 0x70,
            !isWord(at: start + 4) || characters[start + 4] == word | 0x73
        else { return nil }
        var end = start
        while end < characterCount && characters[end] & 0xFF_FFFF > 0x20 && characters[end] & 0xFF_FFFF < 0x80 {
            end += 1
        }
        return end
    }
}

// MARK: - N-grams of pieces

extension HashingScratch {
    /// Hashes the n-grams of pieces, and the pairs with a gap.
    @inline(__always)
    mutating func hashPieces() {
        let firstBucket = UInt32(features.characterBuckets)
        let buckets = UInt64(features.buckets - features.characterBuckets)
        let (wordOrder, cjkOrder) = (features.wordOrder, features.cjkOrder)
        var output = ids + idCount
        for first in 0..<pieceCount {
            var hash: UInt64 = 0
            var limit = cjkOrder
            let end = min(pieceCount, first + max(wordOrder, cjkOrder))
            var next = first
            while next < end {
                if pieces[next] & 3 != Self.cjkBits { limit = wordOrder }
                if next - first >= limit { break }
                hash = hash &* FeatureHash.pieceBase &+ pieces[next]
                next += 1
                let mixed = FeatureHash.mix(hash &+ UInt64(next - first))
                output.pointee = firstBucket &+ FeatureHash.bucket(mixed, of: buckets)
                output += 1
            }
        }
        idCount = output - ids
        if features.skip > 0 { hashPairs() }
    }

    @inline(__always)
    private mutating func hashPairs() {
        let firstBucket = UInt32(features.characterBuckets)
        let buckets = UInt64(features.buckets - features.characterBuckets)
        var output = ids + idCount
        for gap in 1...features.skip where pieceCount > gap + 1 {
            for first in 0..<(pieceCount - gap - 1) where pieces[first] & 3 != Self.cjkBits {
                let hash = pieces[first] &* FeatureHash.pieceBase &+ pieces[first + gap + 1] &+ 0x5000
                output.pointee = firstBucket &+ FeatureHash.bucket(FeatureHash.mix(hash), of: buckets)
                output += 1
            }
        }
        idCount = output - ids
    }

    /// Keeps one of each id.
    @inline(__always)
    mutating func removeRepeated() {
        var buffer = UnsafeMutableBufferPointer(start: ids, count: idCount)
        buffer.sort()
        var kept = 0
        for index in 0..<idCount where index == 0 || buffer[index] != buffer[kept - 1] {
            buffer[kept] = buffer[index]
            kept += 1
        }
        idCount = kept
    }
}
