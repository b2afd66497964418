extension WordCutter {
    /// Appends the normalized form of a part of the text.
    ///
    /// - Returns: False if marks may change places.
    mutating func normalize(from: Int, to: Int, codePoint: UInt32, into normalized: inout NormalizedText) -> Bool {
        var position = from
        var number = codePoint
        while position < to {
            let (decoded, length) = UTF8Text.decode(text + position, to - position)
            let page = scratch.page(of: decoded, normalization)
            let entry = UInt32(truncatingIfNeeded: page[Int(decoded & 0xFF)])
            var character = NormalizedText.Character(
                codePoint: entry & CharacterEntry.codePointMask,
                sourceCodePoint: number,
                sourceByte: UInt32(truncatingIfNeeded: position)
            )
            var blank = character
            blank.codePoint = 0x20
            let isSurrounded = entry & CharacterEntry.surroundedByBlanks != 0
            if isSurrounded { normalized.append(blank, kind: CharacterEntry.Class.space) }
            switch entry & CharacterEntry.Class.mask {
            case CharacterEntry.Class.removed: break
            case CharacterEntry.Class.reordered: return false
            case CharacterEntry.Class.expanded:
                normalization.expand(entry & CharacterEntry.codePointMask) { target, _ in
                    character.codePoint = target
                    normalized.append(character, kind: BertNormalization.kind(target))
                }
            default:
                normalized.append(character, kind: entry & CharacterEntry.Class.mask)
            }
            if isSurrounded { normalized.append(blank, kind: CharacterEntry.Class.space) }
            position += length
            number += 1
        }
        return true
    }

    /// Cuts a part of a normalized text, or appends the added token that it is.
    mutating func cutWords(of normalized: NormalizedText, _ part: TextPart, into pieces: inout TokenPieces) {
        normalized.bytes.withUnsafeBufferPointer { bytes in
            normalized.sourceCodePoints.withUnsafeBufferPointer { codePoints in
                normalized.sourceBytes.withUnsafeBufferPointer { sourceBytes in
                    guard let bytes = bytes.baseAddress, let codePoints = codePoints.baseAddress,
                        let sourceBytes = sourceBytes.baseAddress
                    else { return }
                    func take(_ from: Int, _ to: Int) {
                        let source = WordSource.places(codePoints: codePoints + from, bytes: sourceBytes + from)
                        if let id = part.id {
                            append(id, 0, to - from, source, into: &pieces)
                        } else {
                            appendWord(bytes + from, to - from, source, into: &pieces)
                        }
                    }
                    if part.id != nil {
                        take(part.from, part.to)
                        return
                    }
                    forEachWord(normalized, part, take)
                }
            }
        }
    }

    private func forEachWord(_ normalized: NormalizedText, _ part: TextPart, _ body: (Int, Int) -> Void) {
        var position = part.from
        while position < part.to {
            let kind = normalized.kinds[position]
            let start = position
            if kind == CharacterEntry.Class.word {
                while position < part.to && normalized.kinds[position] == kind { position += 1 }
            } else {
                position += Int(UTF8Text.length(lead: normalized.bytes[position]))
            }
            if kind != CharacterEntry.Class.space { body(start, position) }
        }
    }
}
