import Testing
import Tokenizers

/// A text, the variant of the small tokenizer, and the `id:start-end` that tokenizers 0.23.3 gives.
struct Pinned: Sendable, CustomTestStringConvertible {
    let variant: String
    let text: String
    let expected: String

    init(_ variant: String, _ text: String, _ expected: String) {
        self.variant = variant
        self.text = text
        self.expected = expected
    }

    var testDescription: String {
        "\(variant): " + text.unicodeScalars.map { $0.escaped(asASCII: true) }.joined()
    }

    static let normalization: [Pinned] = [
        Pinned("uncased", "", ""),
        Pinned("uncased", "   \u{9}\u{a}", ""),
        Pinned("uncased", "The quickly", "5:0-3 6:4-9 7:9-11"),
        Pinned("uncased", "UNAFFABLE", "1:0-9"),
        Pinned("uncased", "unable Unaff", "8:0-2 10:2-6 8:7-9 9:9-12"),
        Pinned("uncased", "unaffablely", "1:0-11"),
        Pinned("uncased", "zebra the", "1:0-5 5:6-9"),
        Pinned("uncased", "hello,world!", "12:0-5 15:5-6 14:6-11 17:11-12"),
        Pinned("uncased", "hel\u{0}lo\u{200b} world", "12:0-6 14:8-13"),
        Pinned("uncased", "hel\u{fffd}lo", "12:0-6"),
        Pinned("uncased", "a\u{85}a", "41:0-1 42:2-3"),
        Pinned("uncased", "a\u{a0}a\u{2003}a\u{3000}a", "41:0-1 41:2-3 41:4-5 41:6-7"),
        Pinned("uncased", "caf\u{e9} cafe\u{301}", "22:0-4 22:5-9"),
        Pinned("uncased", "CAF\u{c9}\u{323}", "22:0-4"),
        Pinned("uncased", "\u{4e2d}\u{56fd}x\u{4e2d}", "25:0-1 26:1-2 51:2-3 25:3-4"),
        Pinned("uncased", "\u{304b}\u{4e2d}", "1:0-1 25:1-2"),
        Pinned("uncased", "\u{d55c}", "31:0-1 32:0-1 33:0-1"),
        Pinned("uncased", "\u{1112}\u{1161}\u{11ab}", "31:0-1 32:1-2 33:2-3"),
        Pinned("uncased", "\u{3a3}\u{3a3}", "34:0-1 35:1-2"),
        Pinned("uncased", "\u{3c3}\u{3c2}", "34:0-1 36:1-2"),
        Pinned("uncased", "\u{130}i", "1:0-2"),
        Pinned("uncased", "\u{2260}a", "37:0-1 41:1-2"),
        Pinned("uncased", "a\u{302f}\u{302e}", "41:0-1 40:1-2 39:2-3"),
        Pinned("uncased", "a\u{302e}\u{323}", "41:0-1 39:2-3"),
        Pinned("uncased", "a\u{301}\u{302f}e", "41:0-1 40:1-2 23:3-4"),
        Pinned("uncased", "[SEP]", "3:0-5"),
        Pinned("uncased", "a[SEP]b[MASK]", "41:0-1 3:1-6 1:6-7 4:7-13"),
        Pinned("uncased", "[sep] [ SEP ]", "19:0-1 21:1-4 20:4-5 19:6-7 21:8-11 20:12-13"),
        Pinned("uncased", "aaaaaaaa", "41:0-1 42:1-2 42:2-3 42:3-4 42:4-5 42:5-6 42:6-7 42:7-8"),
        Pinned("uncased", "aaaaaaaaa", "1:0-9"),
        Pinned("uncased", "a_a's", "41:0-1 48:1-2 41:2-3 49:3-4 50:4-5"),
        Pinned("uncased", "\u{1f600} the", "1:0-1 5:2-5"),
        Pinned("uncased", "\u{378}a", "1:0-2"),
        Pinned("uncased", "\u{20000}", "1:0-1"),
        Pinned("uncased", "\u{212b}", "41:0-1"),
        Pinned("uncased", "the\u{e0001}the", "1:0-7"),
        Pinned("uncased", "\u{301}", ""),
        Pinned("uncased", "\u{df} \u{1e9e}", "54:0-1 54:2-3"),
        Pinned("cased", "Hello hello", "13:0-5 12:6-11"),
        Pinned("cased", "caf\u{e9}", "53:0-4"),
        Pinned("cased", "\u{130}", "1:0-1"),
        Pinned("cased", "\u{212b}", "44:0-1"),
        Pinned("cased", "[SEP]Hello", "3:0-5 13:5-10"),
        Pinned("accented", "Caf\u{e9}", "53:0-4"),
        Pinned("accented", "\u{130}", "29:0-1 30:0-1"),
        Pinned("accented", "cafe\u{301}", "1:0-5"),
        Pinned("accented", "\u{c5}", "45:0-1"),
        Pinned("joined", "\u{4e2d}\u{56fd}x", "28:0-2 52:2-3"),
        Pinned("joined", "\u{4e2d} \u{56fd}", "25:0-1 26:2-3"),
        Pinned("unclean", "a\u{0}a", "1:0-3"),
        Pinned("unclean", "a\u{9}a\u{b}a", "41:0-1 41:2-3 41:4-5"),
        Pinned("unclean", "\u{200b}", "1:0-1"),
        Pinned("unclean", "a\u{fffd}", "1:0-2"),
    ]

    static let addedTokens: [Pinned] = [
        Pinned("added", "the<sep>world", "5:0-3 55:3-8 14:8-13"),
        Pinned("added", "solo solo! asolo solos solo", "56:0-4 56:5-9 17:9-10 1:11-16 1:17-22 56:23-27"),
        Pinned("added", "the  <l>  the", "5:0-3 57:3-8 5:10-13"),
        Pinned("added", "the<r> \u{3000} the <r>", "5:0-3 58:3-9 5:9-12 58:13-16"),
        Pinned("added", "new york NEW YORK New  York", "59:0-8 59:9-17 1:18-21 1:23-27"),
        Pinned("added", "the CAFE\u{301} caf\u{e9}", "5:0-3 60:3-8 60:9-14"),
        Pinned("added", "<l> <l>", "57:0-3 57:3-7"),
        Pinned("added", "<r> <l>", "58:0-4 57:4-7"),
        Pinned("added", "<sep><sep>a", "55:0-5 55:5-10 41:10-11"),
        Pinned("added", "solo\u{301} solo", "1:0-4 56:6-10"),
        Pinned("added", "x\u{302f}\u{302e} new york", "51:0-1 40:1-2 39:2-3 59:4-12"),
    ]
}

struct WordPiecePinnedTests {
    @Test(arguments: Pinned.normalization) func idsAndOffsetsAreThoseOfTheLibrary(_ pinned: Pinned) throws {
        try check(pinned)
    }

    @Test(arguments: Pinned.addedTokens) func addedTokensAreFoundAsByTheLibrary(_ pinned: Pinned) throws {
        try check(pinned)
    }

    private func check(_ pinned: Pinned) throws {
        let tokenizer = try SmallTokenizer.variant(pinned.variant)
        let compiled = try WordPieceTokenizer(compiled: tokenizer.compiled())
        #expect(SmallTokenizer.encode(pinned.text, with: tokenizer) == pinned.expected)
        #expect(SmallTokenizer.encode(pinned.text, with: compiled) == pinned.expected)
    }
}
