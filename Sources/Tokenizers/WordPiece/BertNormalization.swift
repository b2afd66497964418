/// What `BertNormalizer` does to a text, as options.
struct BertNormalization: Sendable, Hashable {
    /// Whether controls are removed and all white space becomes a blank.
    var cleansText = true

    /// Whether ideographs are set apart by blanks.
    var separatesChinese = true

    /// Whether the text is decomposed and its nonspacing marks are removed.
    var stripsAccents = true

    /// Whether letters become small.
    var lowercases = true

    /// Nothing is changed, as with a null normalizer.
    static let none = BertNormalization(
        cleansText: false,
        separatesChinese: false,
        stripsAccents: false,
        lowercases: false
    )
}

/// How one code point is read: what it becomes, and how it takes part in words.
///
/// The code point lies in the lower 21 bits, the class above them.
struct CharacterEntry {
    /// How a code point takes part in words.
    enum Class {
        static let word: UInt32 = 0 << 24
        static let removed: UInt32 = 1 << 24
        static let space: UInt32 = 2 << 24
        /// A word by itself.
        static let isolated: UInt32 = 3 << 24
        /// Becomes several code points, which `BertNormalization.expand` tells.
        static let expanded: UInt32 = 4 << 24
        /// A mark that stays, and may change places with marks beside it: the whole text must be seen.
        static let reordered: UInt32 = 5 << 24
        static let mask: UInt32 = 0x0F << 24
    }

    /// Set beside the class of what is set apart by blanks.
    static let surroundedByBlanks: UInt32 = 0x10 << 24

    static let codePointMask: UInt32 = 0x1F_FFFF
}

extension BertNormalization {
    private enum Flag {
        static let other: UInt8 = 1
        static let space: UInt8 = 2
        static let punctuation: UInt8 = 4
        static let mark: UInt8 = 8
        static let decomposed: UInt8 = 16
        static let capital: UInt8 = 32
        static let combining: UInt8 = 64
    }

    /// The entries of 256 code points.
    ///
    /// - Parameter start: The first of these code points, a multiple of 256.
    /// - Returns: An entry each, as `CharacterEntry` describes it.
    func entries(from start: UInt32) -> [UInt32] {
        var flags = [UInt8](repeating: 0, count: 256)
        UnicodeProperties.others.paint(Flag.other, on: &flags, from: start)
        UnicodeProperties.spaces.paint(Flag.space, on: &flags, from: start)
        UnicodeProperties.punctuation.paint(Flag.punctuation, on: &flags, from: start)
        UnicodeProperties.marks.paint(Flag.mark, on: &flags, from: start)
        UnicodeProperties.decompositions.paint(Flag.decomposed, on: &flags, from: start)
        UnicodeProperties.lowercase.paint(Flag.capital, on: &flags, from: start)
        UnicodeProperties.combiningClasses.paint(Flag.combining, on: &flags, from: start)
        return (0..<256).map { entry(start + $0, flags: flags[Int($0)]) }
    }

    private func entry(_ codePoint: UInt32, flags: UInt8) -> UInt32 {
        if isRemovedByCleaning(codePoint, isOther: flags & Flag.other != 0) { return CharacterEntry.Class.removed }
        if flags & Flag.space != 0 { return CharacterEntry.Class.space | (cleansText ? 0x20 : codePoint) }
        let isSurrounded = separatesChinese && UnicodeProperties.isChinese(codePoint)
        let blanks = isSurrounded ? CharacterEntry.surroundedByBlanks : 0
        let changes =
            (stripsAccents ? Flag.decomposed | Flag.mark | Flag.combining : 0) | (lowercases ? Flag.capital : 0)
        if flags & changes == 0 && !(stripsAccents && codePoint &- 0xAC00 < 11_172) {
            let isIsolated = isSurrounded || flags & Flag.punctuation != 0
            return (isIsolated ? CharacterEntry.Class.isolated : CharacterEntry.Class.word) | blanks | codePoint
        }
        return changedEntry(codePoint, isSurrounded: isSurrounded)
    }

    private func changedEntry(_ codePoint: UInt32, isSurrounded: Bool) -> UInt32 {
        var targets: [UInt32] = []
        var staysCombining = false
        expand(codePoint) { target, isCombining in
            targets.append(target)
            staysCombining = staysCombining || isCombining
        }
        let blanks = isSurrounded ? CharacterEntry.surroundedByBlanks : 0
        if staysCombining { return CharacterEntry.Class.reordered | blanks | codePoint }
        guard let only = targets.first else {
            return isSurrounded ? CharacterEntry.Class.space | 0x20 : CharacterEntry.Class.removed
        }
        guard targets.count == 1 else { return CharacterEntry.Class.expanded | blanks | codePoint }
        let kind = isSurrounded ? CharacterEntry.Class.isolated : Self.kind(only)
        return kind | blanks | only
    }

    /// Whether cleaning removes a code point.
    func isRemovedByCleaning(_ codePoint: UInt32, isOther: Bool) -> Bool {
        guard cleansText else { return false }
        if codePoint == 0x09 || codePoint == 0x0A || codePoint == 0x0D { return false }
        return isOther || codePoint == 0 || codePoint == 0xFFFD
    }

    /// The class of a code point that normalization has left.
    static func kind(_ codePoint: UInt32) -> UInt32 {
        if UnicodeProperties.spaces.contains(codePoint) { return CharacterEntry.Class.space }
        if UnicodeProperties.punctuation.contains(codePoint) { return CharacterEntry.Class.isolated }
        return CharacterEntry.Class.word
    }

    /// Calls `body` for each code point that one becomes by decomposing, stripping and lower-casing, in its own order,
    /// with whether it is a mark that may change places with others.
    func expand(_ codePoint: UInt32, _ body: (UInt32, Bool) -> Void) {
        guard stripsAccents else {
            lower(codePoint) { body($0, false) }
            return
        }
        UnicodeProperties.decompose(codePoint) { part in
            if UnicodeProperties.marks.contains(part) { return }
            let isCombining = UnicodeProperties.combiningClasses.contains(part)
            lower(part) { body($0, isCombining) }
        }
    }

    /// Calls `body` for each code point of the lower case, or for the code point itself.
    func lower(_ codePoint: UInt32, _ body: (UInt32) -> Void) {
        guard lowercases, let targets = UnicodeProperties.lowercase.targets(of: codePoint) else {
            body(codePoint)
            return
        }
        for target in targets { body(target) }
    }
}
