/// One record's answer as 64-bit words, as it is remembered.
///
/// The first word says what encoding found out; then come the numbers, two a word, or the number of entities and
/// three words each. Numbers keep their bits, so that an answer comes back as it went in.
public enum PackedAnswer {
    /// The most tokens, and windows, of a text whose answer is remembered; larger ones are computed each time.
    public static let tokensMaximum = Int(UInt32.max)
    /// The most windows of such a text.
    public static let windowsMaximum = Int(Int32.max)

    private static let wordsPerEntity = 3

    /// Appends a record's answer.
    ///
    /// - Parameters:
    ///   - record: The record's index in `rows`.
    ///   - rows: The answers.
    ///   - encoded: What encoding found out about the text.
    ///   - words: Receives the answer.
    /// - Returns: Whether the answer could be packed; else `words` stays as it was.
    public static func append(
        record: Int,
        of rows: PredictionRows,
        encoded: EncodedText,
        to words: inout [UInt64]
    ) -> Bool {
        guard (0...tokensMaximum).contains(encoded.inputTokens), (0...windowsMaximum).contains(encoded.windows) else {
            return false
        }
        words.append(
            UInt64(encoded.inputTokens) << 32 | UInt64(encoded.windows) << 1 | (encoded.truncated ? 1 : 0)
        )
        guard rows.columns == 0 else {
            let values = rows.values[record * rows.columns..<(record + 1) * rows.columns]
            for first in stride(from: values.startIndex, to: values.endIndex, by: 2) {
                let second = first + 1 < values.endIndex ? values[first + 1].bitPattern : 0
                words.append(UInt64(second) << 32 | UInt64(values[first].bitPattern))
            }
            return true
        }
        let entities = rows.entities[rows.entityRange(ofRecord: record)]
        words.append(UInt64(entities.count))
        for entity in entities {
            words.append(pair(entity.start, entity.end))
            words.append(pair(entity.byteStart, entity.byteEnd))
            words.append(UInt64(entity.score.bitPattern) << 32 | UInt64(UInt32(truncatingIfNeeded: entity.label)))
        }
        return true
    }

    /// Reads an answer back.
    ///
    /// - Parameters:
    ///   - words: Begins with the answer.
    ///   - rows: Receives it.
    /// - Returns: What encoding found out about the text, and the words read; nil where `words` is too short.
    public static func read(
        _ words: Span<UInt64>,
        into rows: inout PredictionRows
    ) -> (encoded: EncodedText, wordCount: Int)? {
        guard let wordCount = wordCount(of: words, columns: rows.columns) else { return nil }
        let head = words[0]
        let encoded = EncodedText(
            inputTokens: Int(head >> 32),
            truncated: head & 1 == 1,
            windows: Int(head >> 1 & UInt64(windowsMaximum))
        )
        for column in 0..<rows.columns {
            let word = words[1 + column / 2]
            rows.values.append(Float(bitPattern: UInt32(truncatingIfNeeded: column % 2 == 0 ? word : word >> 32)))
        }
        guard rows.columns == 0 else { return (encoded, wordCount) }
        for first in stride(from: 2, to: wordCount, by: wordsPerEntity) {
            rows.entities.append(entity(words.extracting(first..<first + wordsPerEntity)))
        }
        rows.endEntities()
        return (encoded, wordCount)
    }

    /// Counts the words of the answer that words begin with.
    ///
    /// - Parameters:
    ///   - words: Begins with the answer.
    ///   - columns: The length of a row of the model's numbers; 0 where it answers with entities.
    /// - Returns: The answer's length; nil where the words are too few.
    public static func wordCount(of words: Span<UInt64>, columns: Int) -> Int? {
        guard columns == 0 else {
            let count = 1 + (columns + 1) / 2
            return words.count >= count ? count : nil
        }
        guard words.count >= 2 else { return nil }
        let (entityWords, overflow) = words[1].multipliedReportingOverflow(by: UInt64(wordsPerEntity))
        guard !overflow, entityWords <= UInt64(words.count - 2) else { return nil }
        return 2 + Int(entityWords)
    }

    private static func entity(_ words: Span<UInt64>) -> EntitySpan {
        EntitySpan(
            start: Int(words[0] >> 32),
            end: Int(UInt32(truncatingIfNeeded: words[0])),
            byteStart: Int(words[1] >> 32),
            byteEnd: Int(UInt32(truncatingIfNeeded: words[1])),
            label: Int(UInt32(truncatingIfNeeded: words[2])),
            score: Float(bitPattern: UInt32(truncatingIfNeeded: words[2] >> 32))
        )
    }

    /// Places in a text fit 32 bits: no line is longer than 256 MiB.
    private static func pair(_ first: Int, _ second: Int) -> UInt64 {
        UInt64(UInt32(truncatingIfNeeded: first)) << 32 | UInt64(UInt32(truncatingIfNeeded: second))
    }
}
