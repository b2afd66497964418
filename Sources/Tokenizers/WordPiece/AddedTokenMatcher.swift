/// A part of a text: an added token, or what lies between.
struct TextPart {
    var from: Int
    var to: Int
    /// The token's id; nil between tokens.
    var id: UInt32?
}

extension WordPieceModel {
    /// Cuts a text at its added tokens: leftmost first, of those the longest, never two over each other but for the
    /// white space that tokens take beside them.
    ///
    /// - Parameters:
    ///   - root: Which tokens to look for.
    ///   - text: UTF-8.
    ///   - count: How many bytes the text has.
    ///   - parts: Receives the parts.
    func cut(_ root: UInt32, _ text: UnsafePointer<UInt8>, _ count: Int, into parts: inout [TextPart]) {
        var covered = 0
        var position = 0
        while position < count {
            if root == Root.added && !beginsAddedToken[Int(text[position])] {
                position += 1
                continue
            }
            let (length, value) = trie.longestMatch(root, text + position, count - position)
            // A trie that was read may name tokens that are not there.
            guard length > 0, Int(value) < addedTokens.count else {
                position += 1
                continue
            }
            let found = TextPart(from: position, to: position + length, id: value)
            position += length
            guard let part = widen(found, covered: covered, text, count) else { continue }
            if covered < part.from { parts.append(TextPart(from: covered, to: part.from, id: nil)) }
            parts.append(part)
            covered = part.to
        }
        if covered != count { parts.append(TextPart(from: covered, to: count, id: nil)) }
    }

    // Nil when the token must stand alone and does not.
    private func widen(_ found: TextPart, covered: Int, _ text: UnsafePointer<UInt8>, _ count: Int) -> TextPart? {
        let token = addedTokens[Int(found.id ?? 0)]
        var part = TextPart(from: found.from, to: found.to, id: token.id)
        if token.isSingleWord {
            if let before = UTF8Text.codePoint(text, endingAt: part.from), isWord(before.codePoint) { return nil }
            if part.to < count, isWord(UTF8Text.decode(text + part.to, count - part.to).codePoint) { return nil }
        }
        if token.stripsLeft {
            while let before = UTF8Text.codePoint(text, endingAt: part.from), isSpace(before.codePoint) {
                part.from = before.start
            }
            part.from = max(part.from, covered)
        }
        if token.stripsRight {
            while part.to < count {
                let (codePoint, length) = UTF8Text.decode(text + part.to, count - part.to)
                guard isSpace(codePoint) else { break }
                part.to += length
            }
        }
        return part
    }

    private func isWord(_ codePoint: UInt32) -> Bool { UnicodeProperties.wordCharacters.contains(codePoint) }

    private func isSpace(_ codePoint: UInt32) -> Bool { UnicodeProperties.spaces.contains(codePoint) }
}
