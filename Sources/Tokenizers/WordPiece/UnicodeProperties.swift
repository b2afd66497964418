/// What the normalizer and the pre-tokenizer ask of a code point.
///
/// The standard library's own answers follow its version of Unicode; these are fixed, as the models are.
enum UnicodeProperties {
    static let others = CodePointRuns(UnicodeTables.others)
    static let spaces = CodePointRuns(UnicodeTables.spaces)
    static let punctuation = CodePointRuns(UnicodeTables.punctuation)
    static let marks = CodePointRuns(UnicodeTables.marks)
    static let wordCharacters = CodePointRuns(UnicodeTables.wordCharacters)
    static let combiningClasses = CodePointRuns(UnicodeTables.combiningClasses, hasValues: true)
    static let lowercase = CodePointMapping(lowercase: UnicodeTables.lowercase)
    static let decompositions = CodePointMapping(decompositions: UnicodeTables.decompositions)

    /// The ideographs that `handle_chinese_chars` sets apart; extension E begins where BERT's own code has it begin.
    static func isChinese(_ codePoint: UInt32) -> Bool {
        switch codePoint {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }

    /// Calls `body` for each code point of the full canonical decomposition.
    static func decompose(_ codePoint: UInt32, _ body: (UInt32) -> Void) {
        if codePoint &- 0xAC00 < 11_172 {
            let syllable = codePoint - 0xAC00
            body(0x1100 + syllable / 588)
            body(0x1161 + syllable % 588 / 28)
            if syllable % 28 != 0 { body(0x11A7 + syllable % 28) }
        } else if let targets = decompositions.targets(of: codePoint) {
            for target in targets { body(target) }
        } else {
            body(codePoint)
        }
    }
}
