/// The one handle on an encoder's memory: its pointers live here.
struct WordScratch {
    /// A word that was cut before: its bytes, zero beyond its end, and up to four pieces.
    struct CachedWord {
        var low: UInt64 = 0
        var high: UInt64 = 0
        var first: UInt32 = 0
        var second: UInt32 = 0
        var third: UInt32 = 0
        var fourth: UInt32 = 0
        /// Where the pieces end, a byte each.
        var ends: UInt32 = 0
        /// The length of the word in bytes; 0 in an empty slot.
        var length: UInt16 = 0
        var count: UInt16 = 0
    }

    /// Longer words are not remembered.
    static let cachedBytesMaximum = 16

    /// Slots for words, a power of two; with 40 bytes each they stay within a quarter of a second-level cache.
    static let cachedWords = 4096

    /// Stands for the id of an isolated code point that has not been looked up.
    static let unknownYet: UInt64 = 0xFFFF_FFFF << 32

    /// Entries of 256 code points each, the entry in the lower half of a word, the id of the isolated code point above.
    let pages: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>?>
    let cache: UnsafeMutablePointer<CachedWord>

    /// The word at hand, with the place in the text of each byte.
    private(set) var word: UnsafeMutablePointer<UInt8>
    private(set) var sourceCodePoints: UnsafeMutablePointer<UInt32>
    private(set) var sourceBytes: UnsafeMutablePointer<UInt32>
    private(set) var capacity: Int

    /// The pieces of the word at hand, and where they end in it.
    private(set) var pieceIDs: UnsafeMutablePointer<UInt32>
    private(set) var pieceEnds: UnsafeMutablePointer<UInt32>
    private(set) var pieceCapacity: Int

    private static let pageCount = 0x1100

    init() {
        pages = .allocate(capacity: Self.pageCount)
        pages.initialize(repeating: nil, count: Self.pageCount)
        cache = .allocate(capacity: Self.cachedWords)
        cache.initialize(repeating: CachedWord(), count: Self.cachedWords)
        capacity = 512
        word = .allocate(capacity: capacity + Self.cachedBytesMaximum)
        sourceCodePoints = .allocate(capacity: capacity)
        sourceBytes = .allocate(capacity: capacity)
        // What is loaded beyond a short word's end must have been written once.
        word.initialize(repeating: 0, count: capacity + Self.cachedBytesMaximum)
        pieceCapacity = 512
        pieceIDs = .allocate(capacity: pieceCapacity)
        pieceEnds = .allocate(capacity: pieceCapacity)
    }

    func deallocate() {
        for page in 0..<Self.pageCount { pages[page]?.deallocate() }
        pages.deallocate()
        cache.deallocate()
        word.deallocate()
        sourceCodePoints.deallocate()
        sourceBytes.deallocate()
        pieceIDs.deallocate()
        pieceEnds.deallocate()
    }

    /// Makes room for a longer word, of which `count` bytes are kept.
    mutating func growWord(keeping count: Int) {
        let larger = capacity * 2
        let newWord = UnsafeMutablePointer<UInt8>.allocate(capacity: larger + Self.cachedBytesMaximum)
        newWord.initialize(repeating: 0, count: larger + Self.cachedBytesMaximum)
        newWord.update(from: word, count: count)
        word.deallocate()
        word = newWord
        sourceCodePoints = Self.grown(sourceCodePoints, from: capacity, to: larger)
        sourceBytes = Self.grown(sourceBytes, from: capacity, to: larger)
        capacity = larger
    }

    private static func grown(
        _ memory: UnsafeMutablePointer<UInt32>,
        from count: Int,
        to larger: Int
    ) -> UnsafeMutablePointer<UInt32> {
        let grown = UnsafeMutablePointer<UInt32>.allocate(capacity: larger)
        grown.initialize(repeating: 0, count: larger)
        grown.update(from: memory, count: count)
        memory.deallocate()
        return grown
    }

    /// Makes room for so many pieces of a word.
    mutating func reservePieces(_ count: Int) {
        guard count > pieceCapacity else { return }
        pieceIDs.deallocate()
        pieceEnds.deallocate()
        pieceCapacity = max(count, pieceCapacity * 2)
        pieceIDs = .allocate(capacity: pieceCapacity)
        pieceEnds = .allocate(capacity: pieceCapacity)
    }

    /// The page of a code point, made at its first use.
    @inline(__always)
    func page(of codePoint: UInt32, _ normalization: BertNormalization) -> UnsafeMutablePointer<UInt64> {
        pages[Int(codePoint >> 8)] ?? makePage(codePoint >> 8, normalization)
    }

    @inline(never)
    private func makePage(_ number: UInt32, _ normalization: BertNormalization) -> UnsafeMutablePointer<UInt64> {
        let page = UnsafeMutablePointer<UInt64>.allocate(capacity: 256)
        for (index, entry) in normalization.entries(from: number << 8).enumerated() {
            (page + index).initialize(to: Self.unknownYet | UInt64(entry))
        }
        pages[Int(number)] = page
        return page
    }
}

/// Frees a scratch with the last copy of the encoder that owns it.
final class WordScratchOwner {
    var scratch = WordScratch()

    deinit {
        scratch.deallocate()
    }
}
