import BatchCore
import Glibc

/// Packs a sequence as its hash and the number of its mark; token classification adds a token for each word.
///
/// A record's numbers are the mean of its sequences', and its entities those of all of them.
final class MarkedTextSession: ModelSession {
    private static let headTokens = 2
    private let model: MarkedTextModel

    init(model: MarkedTextModel) {
        self.model = model
    }

    func encode(
        _ text: Span<UInt8>,
        pair: Span<UInt8>?,
        onLong: LongTextPolicy,
        into batch: inout PackedBatch
    ) -> EncodedText {
        let bytes = text.indices.map { text[$0] }
        var second: [UInt8] = []
        if let pair { second = pair.indices.map { pair[$0] } }
        let words = MarkedWord.words(of: bytes)
        let limit = model.wordsMaximum
        guard words.count > limit else {
            append(bytes, pair: pair == nil ? nil : second, words[...], to: &batch)
            batch.endRecord()
            return EncodedText(inputTokens: words.count)
        }
        let isCut = onLong != .window
        var windows = 0
        for first in stride(from: 0, to: isCut ? 1 : words.count, by: limit) {
            let window = words[first..<min(first + limit, words.count)]
            let range = words[window.startIndex].bytes.lowerBound..<words[window.endIndex - 1].bytes.upperBound
            append(Array(bytes[range]), pair: pair == nil ? nil : second, window, to: &batch)
            batch.endSequence()
            windows += 1
        }
        batch.endRecord()
        return EncodedText(inputTokens: words.count, truncated: isCut, windows: windows)
    }

    private func append(
        _ bytes: [UInt8],
        pair: [UInt8]?,
        _ words: ArraySlice<MarkedWord>,
        to batch: inout PackedBatch
    ) {
        // Most texts have no mark, and searching them for one would cost more than all else that is done here.
        var mark: Int?
        if bytes.contains(UInt8(ascii: "[")) {
            let text = String(decoding: bytes, as: UTF8.self)
            mark = MarkedTextModel.Mark.allCases.firstIndex { text.contains($0.rawValue) }
        }
        // No UTF-8 has the byte between the two, so a pair is not the same as one long text.
        batch.tokens += [Self.hash(pair.map { bytes + [0xFF] + $0 } ?? bytes), UInt32(mark.map { $0 + 1 } ?? 0)]
        guard model.task == .tokenClassification else { return }
        batch.spans += [.none, .none]
        for word in words {
            batch.tokens.append(UInt32(word.kind))
            batch.spans.append(word.span)
        }
    }

    /// FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/
    private static func hash(_ bytes: [UInt8]) -> UInt32 {
        bytes.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }

    func predict(_ batch: borrowing PackedBatch, into predictions: inout PredictionRows) throws {
        for record in 0..<batch.recordCount {
            let sequences = batch.sequences(ofRecord: record)
            var row = [Float](repeating: 0, count: predictions.columns)
            for sequence in sequences {
                let tokens = batch.tokenRange(ofSequence: sequence)
                try obey(mark: Int(batch.tokens[tokens.lowerBound + 1]))
                let hash = batch.tokens[tokens.lowerBound]
                for column in row.indices { row[column] += value(of: column, hash: hash) / Float(sequences.count) }
                guard model.task == .tokenClassification else { continue }
                for token in tokens.dropFirst(Self.headTokens) where batch.tokens[token] > 0 {
                    predictions.entities.append(entity(kind: Int(batch.tokens[token]), at: batch.spans[token]))
                }
            }
            predictions.values += row
            if model.task == .tokenClassification { predictions.endEntities() }
        }
    }

    /// Every word speaks for the answer by its length in bytes, and against it where that is odd.
    func explain(_ request: ExplanationRequest, into explanations: inout ExplanationRows) {
        for record in request.block.records.indices {
            let words = MarkedWord.words(of: Array(request.block.texts[request.block.textRange(of: record)]))
            let stretches = words.map { word in
                ExplainedStretch(
                    start: Int(word.span.start),
                    end: Int(word.span.end),
                    byteStart: word.bytes.lowerBound,
                    byteEnd: word.bytes.upperBound,
                    weight: Double(word.bytes.count % 2 == 0 ? word.bytes.count : -word.bytes.count)
                )
            }
            explanations.append(strongestOf: stretches, atMost: request.stretchesMaximum)
        }
    }

    private func obey(mark number: Int) throws {
        let mark = number == 0 ? nil : MarkedTextModel.Mark.allCases[number - 1]
        if model.shouldFail(mark) { throw MarkedTextFailure() }
        if mark == .trapping { fatalError("a marked text") }
        while mark == .hanging { sleep(60) }
    }

    private func value(of column: Int, hash: UInt32) -> Float {
        switch model.task {
        case .classification: column == Int(hash % 3) ? 0.75 : 0.125
        case .multiLabel: Float((hash >> UInt32(8 * column)) & 3) / 4
        case .regression: Float(hash % 2001) / 8 - 125 + Float(column)
        case .embedding: Float(Int32(bitPattern: hash &* UInt32(2 * column + 1))) / 0x1p31
        case .tokenClassification: 0
        }
    }

    private func entity(kind: Int, at span: TokenSpanInText) -> EntitySpan {
        EntitySpan(
            start: Int(span.start),
            end: Int(span.end),
            byteStart: Int(span.byteStart),
            byteEnd: Int(span.byteEnd),
            label: kind - 1,
            score: kind == 1 ? 0.875 : 0.75
        )
    }
}

/// A word of a text: what stands between blanks.
private struct MarkedWord {
    var bytes: Range<Int>
    var span: TokenSpanInText
    /// 1 for a word that begins with a capital letter, 2 for one of nothing but capitals, 0 for others.
    var kind: Int

    static func words(of bytes: [UInt8]) -> [MarkedWord] {
        var words: [MarkedWord] = []
        var codePoint = 0
        var start: (byte: Int, codePoint: Int)?
        for index in 0...bytes.count {
            let isWord = index < bytes.count && bytes[index] != UInt8(ascii: " ")
            if isWord, start == nil { start = (index, codePoint) }
            if !isWord, let first = start {
                let span = TokenSpanInText(
                    start: UInt32(first.codePoint),
                    end: UInt32(codePoint),
                    byteStart: UInt32(first.byte),
                    byteEnd: UInt32(index),
                    startsWord: true
                )
                let range = first.byte..<index
                words.append(MarkedWord(bytes: range, span: span, kind: kind(of: bytes[range])))
                start = nil
            }
            // Every code point has exactly one byte that continues none, its first.
            if index + 1 >= bytes.count || bytes[index + 1] & 0xC0 != 0x80 { codePoint += 1 }
        }
        return words
    }

    private static func kind(of word: ArraySlice<UInt8>) -> Int {
        let capitals = word.count { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        if capitals == word.count { return 2 }
        return word.first.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } == true ? 1 : 0
    }
}
