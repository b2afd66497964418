import BatchCore
import Tokenizers

/// The stretches of a record's text that are left out in turn: words, single CJK characters and punctuation marks.
///
/// Of a text with more than `countMaximum` of them, as many neighbours are left out together as it takes, so that what
/// an explanation costs is bounded. Positions count from the start of the first text, and go on through its pair.
struct OcclusionUnits {
    /// The most units of a record.
    static let countMaximum = 32

    /// The units, in the order of the text.
    private(set) var spans: [TokenSpanInText] = []

    /// Finds the units of a record.
    ///
    /// - Parameters:
    ///   - batch: A batch of the record alone, with spans.
    ///   - text: The record's text, and its pair after it.
    ///   - pairStart: Where in `text` the pair begins; its end where there is none.
    init(_ batch: borrowing PackedBatch, text: Span<UInt8>, pairStart: Int) {
        var covered = 0
        var words: [TokenSpanInText] = []
        for span in batch.spans where span.end > span.start && Int(span.byteStart) >= covered {
            let start = Int(span.byteStart)
            let isJoined = start == covered && start != pairStart && WordJoint.joins(text, at: start)
            if !words.isEmpty, !span.startsWord || isJoined {
                words[words.count - 1].end = span.end
                words[words.count - 1].byteEnd = span.byteEnd
            } else {
                words.append(span)
            }
            covered = Int(span.byteEnd)
        }
        var together = max((words.count + Self.countMaximum - 1) / Self.countMaximum, 1)
        repeat {
            spans = Self.grouped(words, together, pairStart: pairStart)
            together += 1
        } while spans.count > Self.countMaximum
    }

    /// Joins neighbours, so many at a time, but none across the two texts of a pair.
    private static func grouped(_ words: [TokenSpanInText], _ together: Int, pairStart: Int) -> [TokenSpanInText] {
        var groups: [TokenSpanInText] = []
        var room = 0
        for word in words {
            let isAcross = groups.last.map { Int($0.byteStart) < pairStart && Int(word.byteStart) >= pairStart }
            if room == 0 || isAcross == true {
                groups.append(word)
                room = together - 1
            } else {
                groups[groups.count - 1].end = word.end
                groups[groups.count - 1].byteEnd = word.byteEnd
                room -= 1
            }
        }
        return groups
    }

    /// The unit that a token belongs to; nil for a token that stands for no text.
    func index(of token: TokenSpanInText) -> Int? {
        guard token.end > token.start else { return nil }
        var (low, high) = (0, spans.count)
        while low < high {
            let middle = (low + high) / 2
            if spans[middle].byteStart <= token.byteStart { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }
}
