import BatchCore
import Tokenizers

/// Puts the pieces of a text, or of a pair, together to the sequences that a model reads.
///
/// Truncation is that of Hugging Face tokenizers: one text keeps its beginning, of a pair the longer part is cut.
struct SequenceAssembler {
    /// The special tokens around texts and pairs.
    let template: SequenceTemplate
    /// The most tokens of a sequence, special tokens included.
    let tokensMaximum: Int

    /// What stands for a text where there is nothing at all to read: no model computes an empty sequence.
    let unknownID: UInt32

    /// The share of a window that repeats the end of the window before, so that a word's context is never cut short
    /// on both sides.
    static let overlapShare = 8

    /// Appends one record.
    ///
    /// - Parameters:
    ///   - pieces: The text's pieces.
    ///   - pair: The second text's pieces; nil for a single text.
    ///   - onLong: What happens to more pieces than fit.
    ///   - batch: Receives one record.
    /// - Returns: Its length and what became of it.
    func append(
        _ pieces: TokenPieces,
        pair: TokenPieces?,
        onLong: LongTextPolicy,
        into batch: inout PackedBatch
    ) -> EncodedText {
        if let pair { return append(pieces, pair, into: &batch) }
        let room = max(tokensMaximum - template.single.specialTokenCount, 1)
        let total = pieces.ids.count + template.single.specialTokenCount
        guard pieces.ids.count > room, onLong == .window else {
            appendSingle(pieces, 0..<min(pieces.ids.count, room), into: &batch)
            batch.endRecord()
            return EncodedText(inputTokens: total, truncated: pieces.ids.count > room)
        }
        let windows = Self.windows(of: pieces.ids.count, room: room)
        for window in windows {
            appendSingle(pieces, window, into: &batch)
            batch.endSequence()
        }
        batch.endRecord()
        return EncodedText(inputTokens: total, truncated: false, windows: windows.count)
    }

    /// Cuts a long text into overlapping windows of equal size; the last one ends with the text.
    static func windows(of count: Int, room: Int) -> [Range<Int>] {
        let step = max(room - room / overlapShare, 1)
        var windows: [Range<Int>] = []
        var start = 0
        while start + room < count {
            windows.append(start..<start + room)
            start += step
        }
        windows.append(max(count - room, 0)..<count)
        return windows
    }

    private func append(_ first: TokenPieces, _ second: TokenPieces, into batch: inout PackedBatch) -> EncodedText {
        let room = max(tokensMaximum - template.pair.specialTokenCount, 2)
        let kept = Self.longestFirst(first.ids.count, second.ids.count, room: room)
        let parts = template.pair
        append(parts.prefix, into: &batch)
        append(first, 0..<kept.first, type: parts.firstTypeID, into: &batch)
        append(parts.middle, into: &batch)
        append(second, 0..<kept.second, type: parts.secondTypeID, into: &batch)
        append(parts.suffix, into: &batch)
        fillEmptySequence(of: &batch)
        batch.endRecord()
        let total = first.ids.count + second.ids.count + parts.specialTokenCount
        return EncodedText(
            inputTokens: total,
            truncated: kept.first < first.ids.count || kept.second < second.ids.count
        )
    }

    /// How much of each text of a pair is kept.
    static func longestFirst(_ first: Int, _ second: Int, room: Int) -> (first: Int, second: Int) {
        guard first + second > room else { return (first, second) }
        let shorter = min(first, second)
        var (small, large) = (shorter, max(shorter, room - shorter))
        if small > room { large = small }
        if small + large > room { (small, large) = (room / 2, room / 2 + room % 2) }
        return first <= second ? (small, large) : (large, small)
    }

    private func appendSingle(_ pieces: TokenPieces, _ range: Range<Int>, into batch: inout PackedBatch) {
        let parts = template.single
        append(parts.prefix, into: &batch)
        append(pieces, range, type: parts.typeID, into: &batch)
        append(parts.suffix, into: &batch)
        fillEmptySequence(of: &batch)
    }

    /// Gives an open sequence without tokens one to read.
    func fillEmptySequence(of batch: inout PackedBatch) {
        guard batch.tokens.count == (batch.ends.last ?? 0) else { return }
        append([SequenceTemplate.SpecialToken(id: unknownID, typeID: 0)], into: &batch)
    }

    private func append(_ specials: [SequenceTemplate.SpecialToken], into batch: inout PackedBatch) {
        for special in specials {
            batch.tokens.append(special.id)
            batch.types.append(UInt8(truncatingIfNeeded: special.typeID))
            batch.spans.append(.none)
        }
    }

    private func append(
        _ pieces: TokenPieces,
        _ range: Range<Int>,
        type: UInt32,
        into batch: inout PackedBatch
    ) {
        batch.tokens.append(contentsOf: pieces.ids[range])
        batch.types.append(contentsOf: repeatElement(UInt8(truncatingIfNeeded: type), count: range.count))
        guard pieces.recordsSpans else {
            batch.spans.append(contentsOf: repeatElement(.none, count: range.count))
            return
        }
        for span in pieces.spans[range] {
            batch.spans.append(
                TokenSpanInText(
                    start: span.start,
                    end: span.end,
                    byteStart: span.byteStart,
                    byteEnd: span.byteEnd,
                    startsWord: span.startsWord
                )
            )
        }
    }
}
