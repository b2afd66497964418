/// A normalized text as UTF-8, with the place in the original text that each byte comes from.
///
/// Where no added token is looked for in the normalized text, and no marks change places, words are cut without it.
struct NormalizedText {
    private(set) var bytes: [UInt8] = []
    /// The class of the code point that a byte belongs to, a `CharacterEntry.Class`.
    private(set) var kinds: [UInt32] = []
    private(set) var sourceCodePoints: [UInt32] = []
    private(set) var sourceBytes: [UInt32] = []

    /// A code point with the place that it comes from.
    struct Character {
        var codePoint: UInt32
        var sourceCodePoint: UInt32
        var sourceByte: UInt32
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        kinds.removeAll(keepingCapacity: true)
        sourceCodePoints.removeAll(keepingCapacity: true)
        sourceBytes.removeAll(keepingCapacity: true)
    }

    /// Appends one code point.
    mutating func append(_ character: Character, kind: UInt32) {
        UTF8Text.encode(character.codePoint) { byte in
            bytes.append(byte)
            kinds.append(kind)
            sourceCodePoints.append(character.sourceCodePoint)
            sourceBytes.append(character.sourceByte)
        }
    }

    /// The normalized form of a short text by itself.
    static func normalize(_ text: [UInt8], _ normalization: BertNormalization) -> [UInt8] {
        var normalized = NormalizedText()
        text.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            normalized.appendExactly(start, 0, buffer.count, codePoint: 0, normalization)
        }
        return normalized.bytes
    }

    /// Normalizes a text step by step as the library does, marks that change places included.
    ///
    /// - Parameters:
    ///   - text: The whole text.
    ///   - from: The first byte to normalize.
    ///   - to: Past the last byte to normalize.
    ///   - codePoint: The number of the first code point.
    ///   - normalization: What to do.
    mutating func appendExactly(
        _ text: UnsafePointer<UInt8>,
        _ from: Int,
        _ to: Int,
        codePoint: UInt32,
        _ normalization: BertNormalization
    ) {
        var characters = Self.clean(text, from, to, codePoint: codePoint, normalization)
        if normalization.stripsAccents { characters = Self.strip(characters) }
        for character in characters {
            normalization.lower(character.codePoint) { lower in
                var lowered = character
                lowered.codePoint = lower
                append(lowered, kind: BertNormalization.kind(lower))
            }
        }
    }

    private static func clean(
        _ text: UnsafePointer<UInt8>,
        _ from: Int,
        _ to: Int,
        codePoint: UInt32,
        _ normalization: BertNormalization
    ) -> [Character] {
        var characters: [Character] = []
        var position = from
        var number = codePoint
        while position < to {
            let (decoded, length) = UTF8Text.decode(text + position, to - position)
            var character = Character(codePoint: decoded, sourceCodePoint: number, sourceByte: UInt32(position))
            position += length
            number += 1
            let isOther = UnicodeProperties.others.contains(decoded)
            if normalization.isRemovedByCleaning(decoded, isOther: isOther) { continue }
            if normalization.cleansText && UnicodeProperties.spaces.contains(decoded) { character.codePoint = 0x20 }
            guard normalization.separatesChinese && UnicodeProperties.isChinese(decoded) else {
                characters.append(character)
                continue
            }
            var blank = character
            blank.codePoint = 0x20
            characters += [blank, character, blank]
        }
        return characters
    }

    // A part's place in the text is counted, not carried: after marks have changed places, the first parts of
    // decompositions take the places of the code points in their order, and other parts that of the one before.
    private static func strip(_ characters: [Character]) -> [Character] {
        var parts: [(codePoint: UInt32, combiningClass: UInt32, isFirst: Bool)] = []
        var runStart = 0
        for character in characters {
            var isFirst = true
            UnicodeProperties.decompose(character.codePoint) { part in
                let combiningClass = UnicodeProperties.combiningClasses.value(of: part)
                if combiningClass == 0 {
                    sortMarks(&parts, from: runStart)
                    runStart = parts.count + 1
                }
                parts.append((part, combiningClass, isFirst))
                isFirst = false
            }
        }
        sortMarks(&parts, from: runStart)
        var stripped: [Character] = []
        var next = 0
        for part in parts {
            if part.isFirst { next += 1 }
            if UnicodeProperties.marks.contains(part.codePoint) { continue }
            var character = characters[max(0, next - 1)]
            character.codePoint = part.codePoint
            stripped.append(character)
        }
        return stripped
    }

    // Marks of equal class keep their order.
    private static func sortMarks(
        _ parts: inout [(codePoint: UInt32, combiningClass: UInt32, isFirst: Bool)],
        from start: Int
    ) {
        guard parts.count - start > 1 else { return }
        let sorted = parts[start...].enumerated().sorted { left, right in
            (left.element.combiningClass, left.offset) < (right.element.combiningClass, right.offset)
        }
        parts.replaceSubrange(start..., with: sorted.map(\.element))
    }
}
