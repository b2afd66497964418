/// How the hasher reads a code point: what it is folded to, and what kind of piece it belongs to.
///
/// An entry is the folded code point with its kind in the upper byte, so that one load answers both. The rules are
/// fixed here, rather than asked of the standard library's Unicode tables, because a model and its texts must be
/// read alike for ever.
enum CharacterTable {
    /// Kinds of characters, in the upper byte of an entry.
    enum Kind {
        static let space: UInt32 = 0 << 24
        static let word: UInt32 = 1 << 24
        static let cjk: UInt32 = 2 << 24
        static let symbol: UInt32 = 3 << 24
        static let mask: UInt32 = 0xFF << 24
    }

    /// Code points below this are looked up; the rest are few in texts, or fall into a few ranges.
    static let tabulated = 0x600

    /// The entry of any code point, by rule.
    static func entry(_ codePoint: UInt32) -> UInt32 {
        let folded = fold(codePoint)
        return folded | kind(folded)
    }

    /// Whether a code point stands within words: letters, digits, apostrophes and hyphens, but no CJK characters.
    static func isWithinWords(_ codePoint: UInt32) -> Bool {
        let entry = entry(codePoint)
        return entry & Kind.mask == Kind.word || entry == Kind.symbol | 0x27 || entry == Kind.symbol | 0x2D
    }

    private static func fold(_ codePoint: UInt32) -> UInt32 {
        switch codePoint {
        case 0xFF01...0xFF5E: foldCase(codePoint - 0xFEE0)
        case 0x3000, 0xA0, 0xFEFF, 0x200B: 0x20
        case 0x2018, 0x2019: 0x27
        case 0x201C, 0x201D: 0x22
        case 0x3002: 0x2E
        case 0x3001: 0x2C
        default: foldCase(codePoint)
        }
    }

    private static func foldCase(_ codePoint: UInt32) -> UInt32 {
        switch codePoint {
        case 0x41...0x5A, 0xC0...0xD6, 0xD8...0xDE, 0x391...0x3A1, 0x3A3...0x3A9, 0x410...0x42F: codePoint + 32
        case 0x400...0x40F: codePoint + 80
        case 0x100...0x12F, 0x132...0x137, 0x14A...0x177: codePoint | 1
        case 0x139...0x148, 0x179...0x17E: codePoint + (codePoint & 1)
        default: codePoint
        }
    }

    private static func kind(_ folded: UInt32) -> UInt32 {
        switch folded {
        case 0...0x20, 0x7F...0x9F, 0x2028, 0x2029: Kind.space
        case 0x30...0x39, 0x61...0x7A: Kind.word
        case 0x21...0x7E: Kind.symbol
        case 0xAA, 0xB5, 0xBA: Kind.word
        case 0xA0...0xBF, 0xD7, 0xF7: Kind.symbol
        case 0x2000...0x2BFF, 0x3001...0x303F: Kind.symbol
        case 0x3040...0x30FF, 0x3400...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: Kind.cjk
        case 0xFE00...0xFFFF, 0x1F000...0x1FAFF: Kind.symbol
        default: Kind.word
        }
    }
}
