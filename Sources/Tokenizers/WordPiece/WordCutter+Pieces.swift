/// Where the bytes of a word come from.
enum WordSource {
    /// One byte after the other from one place on, a code point each.
    case run(codePoint: UInt32, byte: UInt32)
    /// Each from its own place.
    case places(codePoints: UnsafePointer<UInt32>, bytes: UnsafePointer<UInt32>)
}

extension WordCutter {
    /// Appends the pieces of the word in the scratch, which is remembered if it is short.
    ///
    /// - Parameters:
    ///   - length: The length of the word in bytes, at least 1.
    ///   - source: Where its bytes come from.
    ///   - pieces: Receives the pieces.
    @inline(__always)
    mutating func appendShortWord(_ length: Int, _ source: WordSource, into pieces: inout TokenPieces) {
        guard length <= WordScratch.cachedBytesMaximum else {
            appendWord(scratch.word, length, source, into: &pieces)
            return
        }
        let raw = UnsafeRawPointer(scratch.word)
        var low = raw.loadUnaligned(as: UInt64.self)
        var high = raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        // Shifts beyond the width give zero.
        low &= ~(UInt64.max << UInt64(length * 8))
        high &= length > 8 ? ~(UInt64.max << UInt64(length * 8 - 64)) : 0
        let mixed = (low ^ (high &* 0x9E37_79B9_7F4A_7C15)) &* 0xD6E8_FEB8_6659_FD93
        let slot = scratch.cache + Int(truncatingIfNeeded: mixed >> 32) & (WordScratch.cachedWords - 1)
        guard slot.pointee.low == low, slot.pointee.high == high, Int(slot.pointee.length) == length else {
            remember(low, high, length, in: slot)
            if slot.pointee.length == 0 {
                appendWord(scratch.word, length, source, into: &pieces)
            } else {
                appendCached(slot, source, into: &pieces)
            }
            return
        }
        appendCached(slot, source, into: &pieces)
    }

    @inline(__always)
    private func appendCached(
        _ slot: UnsafeMutablePointer<WordScratch.CachedWord>,
        _ source: WordSource,
        into pieces: inout TokenPieces
    ) {
        let cached = slot.pointee
        let ends = cached.ends
        append(cached.first, 0, Int(ends & 0xFF), source, into: &pieces)
        guard cached.count > 1 else { return }
        append(cached.second, Int(ends & 0xFF), Int(ends >> 8 & 0xFF), source, into: &pieces)
        guard cached.count > 2 else { return }
        append(cached.third, Int(ends >> 8 & 0xFF), Int(ends >> 16 & 0xFF), source, into: &pieces)
        guard cached.count > 3 else { return }
        append(cached.fourth, Int(ends >> 16 & 0xFF), Int(ends >> 24), source, into: &pieces)
    }

    // Leaves the slot empty when the word has too many pieces.
    @inline(never)
    private mutating func remember(
        _ low: UInt64,
        _ high: UInt64,
        _ length: Int,
        in slot: UnsafeMutablePointer<WordScratch.CachedWord>
    ) {
        let count = cutIntoPieces(scratch.word, length)
        var cached = WordScratch.CachedWord()
        if count <= 4 {
            cached.low = low
            cached.high = high
            cached.length = UInt16(length)
            cached.count = UInt16(count)
            cached.first = scratch.pieceIDs[0]
            if count > 1 { cached.second = scratch.pieceIDs[1] }
            if count > 2 { cached.third = scratch.pieceIDs[2] }
            if count > 3 { cached.fourth = scratch.pieceIDs[3] }
            for index in 0..<count { cached.ends |= scratch.pieceEnds[index] << UInt32(index * 8) }
        }
        slot.pointee = cached
    }

    /// Appends the pieces of any word.
    mutating func appendWord(
        _ word: UnsafePointer<UInt8>,
        _ length: Int,
        _ source: WordSource,
        into pieces: inout TokenPieces
    ) {
        let count = cutIntoPieces(word, length)
        var start = 0
        for index in 0..<count {
            let end = Int(scratch.pieceEnds[index])
            append(scratch.pieceIDs[index], start, end, source, into: &pieces)
            start = end
        }
    }

    /// Appends the piece that is made of a word's bytes `start..<end`.
    @inline(__always)
    func append(_ id: UInt32, _ start: Int, _ end: Int, _ source: WordSource, into pieces: inout TokenPieces) {
        pieces.ids.append(id)
        guard pieces.recordsSpans else { return }
        switch source {
        case .run(let codePoint, let byte):
            let from = UInt32(truncatingIfNeeded: start)
            let to = UInt32(truncatingIfNeeded: end)
            pieces.spans.append(
                TokenSpan(
                    start: codePoint + from,
                    end: codePoint + to,
                    byteStart: byte + from,
                    byteEnd: byte + to,
                    startsWord: start == 0
                )
            )
        case .places(let codePoints, let bytes):
            let last = bytes[end - 1]
            pieces.spans.append(
                TokenSpan(
                    start: codePoints[start],
                    end: codePoints[end - 1] + 1,
                    byteStart: bytes[start],
                    byteEnd: last + sourceLength(at: Int(last)),
                    startsWord: start == 0
                )
            )
        }
    }

    /// Cuts a word into the longest pieces from left to right, or takes it for unknown.
    ///
    /// - Returns: The number of pieces, which lie in the scratch.
    mutating func cutIntoPieces(_ word: UnsafePointer<UInt8>, _ length: Int) -> Int {
        scratch.reservePieces(length)
        let parameters = model.parameters
        if length > parameters.charactersPerWordMaximum,
            UTF8Text.codePoints(word, 0, length) > parameters.charactersPerWordMaximum
        {
            return cutAsUnknown(length)
        }
        var root = WordPieceModel.Root.initial
        var start = 0
        var count = 0
        while start < length {
            let match = model.trie.longestMatch(root, word + start, length - start)
            guard match.length > 0 else { return cutAsUnknown(length) }
            start += match.length
            scratch.pieceIDs[count] = match.value
            scratch.pieceEnds[count] = UInt32(truncatingIfNeeded: start)
            count += 1
            root = WordPieceModel.Root.continuing
        }
        return count
    }

    private func cutAsUnknown(_ length: Int) -> Int {
        scratch.pieceIDs[0] = model.parameters.unknownID
        scratch.pieceEnds[0] = UInt32(truncatingIfNeeded: length)
        return 1
    }
}
