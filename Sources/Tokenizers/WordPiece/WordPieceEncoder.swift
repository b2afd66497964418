/// Turns texts into pieces; one thread's, with scratch that is used again.
///
/// After the first texts nothing is allocated but for texts with added tokens that are looked for in the normalized
/// text, and for marks that change places. Copies share the scratch.
public struct WordPieceEncoder {
    private let model: WordPieceModel
    private let owner = WordScratchOwner()
    private var normalized = NormalizedText()
    private var parts: [TextPart] = []
    private var normalizedParts: [TextPart] = []

    init(model: WordPieceModel) {
        self.model = model
    }

    /// Appends the pieces of one text, without the template's special tokens and without truncation.
    ///
    /// Added tokens that the text spells out, such as `[SEP]`, become these tokens.
    ///
    /// - Parameters:
    ///   - text: Valid UTF-8, at most 4 GiB; in other bytes each that is no part of a code point is read as U+FFFD.
    ///   - pieces: Receives the ids and, if it records them, the spans.
    public mutating func encode(_ text: Span<UInt8>, into pieces: inout TokenPieces) {
        precondition(text.count <= UInt32.max, "a text of \(text.count) bytes is beyond 4 GiB")
        text.withUnsafeBufferPointer { buffer in
            guard let bytes = buffer.baseAddress, !buffer.isEmpty else { return }
            var cutter = WordCutter(model: model, scratch: owner.scratch, text: bytes, count: buffer.count)
            defer { owner.scratch = cutter.scratch }
            guard model.hasAddedTokens else {
                encode(&cutter, from: 0, to: buffer.count, codePoint: 0, into: &pieces)
                return
            }
            encodeParts(&cutter, count: buffer.count, into: &pieces)
        }
    }

    private mutating func encodeParts(_ cutter: inout WordCutter, count: Int, into pieces: inout TokenPieces) {
        let text = cutter.text
        parts.removeAll(keepingCapacity: true)
        model.cut(WordPieceModel.Root.added, text, count, into: &parts)
        var codePoint: UInt32 = 0
        var position = 0
        for part in parts {
            // A part may begin before the end of the last, in white space that both tokens take.
            codePoint += UTF8Text.codePoints(text, position, part.from)
            codePoint -= UTF8Text.codePoints(text, part.from, position)
            position = part.from
            guard let id = part.id else {
                encode(&cutter, from: part.from, to: part.to, codePoint: codePoint, into: &pieces)
                continue
            }
            pieces.ids.append(id)
            guard pieces.recordsSpans else { continue }
            let end = codePoint + UTF8Text.codePoints(text, part.from, part.to)
            pieces.spans.append(
                TokenSpan(
                    start: codePoint,
                    end: end,
                    byteStart: UInt32(part.from),
                    byteEnd: UInt32(part.to),
                    startsWord: true
                )
            )
        }
    }

    // What lies between added tokens that are looked for in the text as it came.
    private mutating func encode(
        _ cutter: inout WordCutter,
        from: Int,
        to: Int,
        codePoint: UInt32,
        into pieces: inout TokenPieces
    ) {
        if !model.hasNormalizedAddedTokens {
            let before = pieces.ids.count
            if cutter.cutWords(from: from, to: to, codePoint: codePoint, into: &pieces) { return }
            pieces.ids.removeLast(pieces.ids.count - before)
            if pieces.recordsSpans { pieces.spans.removeLast(pieces.spans.count - before) }
        }
        normalized.removeAll()
        if !cutter.normalize(from: from, to: to, codePoint: codePoint, into: &normalized) {
            normalized.removeAll()
            normalized.appendExactly(cutter.text, from, to, codePoint: codePoint, model.parameters.normalization)
        }
        encodeNormalized(&cutter, into: &pieces)
    }

    private mutating func encodeNormalized(_ cutter: inout WordCutter, into pieces: inout TokenPieces) {
        normalizedParts.removeAll(keepingCapacity: true)
        if model.hasNormalizedAddedTokens {
            normalized.bytes.withUnsafeBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return }
                model.cut(WordPieceModel.Root.normalizedAdded, start, buffer.count, into: &normalizedParts)
            }
        } else {
            normalizedParts.append(TextPart(from: 0, to: normalized.bytes.count, id: nil))
        }
        for part in normalizedParts where part.from < part.to {
            cutter.cutWords(of: normalized, part, into: &pieces)
        }
    }
}
