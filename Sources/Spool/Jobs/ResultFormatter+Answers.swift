import BatchCore
import JSONLines

/// Labels and their probabilities.
extension ResultFormatter {
    private static let fewLabelsMaximum = 8

    /// The most probable labels first; equal ones in the model's order.
    func appendScores(of source: ResultSource, record: Int, to cursor: inout LineCursor) {
        cursor.append(UInt8(ascii: "{"))
        let start = record * source.columns
        if scoresMaximum == source.columns && scoresMaximum <= Self.fewLabelsMaximum {
            appendFewScores(of: source, start: start, to: &cursor)
        } else {
            for (rank, index) in Self.descending(source, record: record).prefix(scoresMaximum).enumerated() {
                if rank > 0 { cursor.append(UInt8(ascii: ",")) }
                appendScore(of: source, start: start, label: index - start, to: &cursor)
            }
        }
        cursor.append(UInt8(ascii: "}"))
    }

    /// Selection without a sorted copy: for a handful of labels sorting would be most of the cost of a line.
    private func appendFewScores(of source: ResultSource, start: Int, to cursor: inout LineCursor) {
        var taken: UInt8 = 0
        for rank in 0..<scoresMaximum {
            var best = -1
            for label in 0..<scoresMaximum where taken & (1 << UInt8(label)) == 0 {
                if best < 0 || source.values[start + label] > source.values[start + best] { best = label }
            }
            taken |= 1 << UInt8(best)
            if rank > 0 { cursor.append(UInt8(ascii: ",")) }
            appendScore(of: source, start: start, label: best, to: &cursor)
        }
    }

    private func appendScore(of source: ResultSource, start: Int, label: Int, to cursor: inout LineCursor) {
        cursor.append(source.fragments, source.labels[label])
        cursor.append(UInt8(ascii: ":"))
        cursor.appendProbability(source.values[start + label])
    }

    /// The labels that count as given, the most probable first.
    func appendLabels(of source: ResultSource, record: Int, to cursor: inout LineCursor) {
        cursor.append(UInt8(ascii: "["))
        let start = record * source.columns
        var separator = false
        for index in Self.descending(source, record: record) where source.values[index] >= threshold {
            if separator { cursor.append(UInt8(ascii: ",")) }
            separator = true
            cursor.append(source.fragments, source.labels[index - start])
        }
        cursor.append(UInt8(ascii: "]"))
    }

    /// Where a record's values lie, the largest first; equal ones in the model's order.
    private static func descending(_ source: ResultSource, record: Int) -> [Int] {
        source.row(of: record).sorted { (source.values[$0], $1) > (source.values[$1], $0) }
    }
}

/// Numbers.
extension ResultFormatter {
    /// A regression's outputs by name, in the model's order.
    func appendValues(of source: ResultSource, record: Int, to cursor: inout LineCursor) {
        cursor.append(UInt8(ascii: "{"))
        let row = source.row(of: record)
        for index in row {
            if index > row.lowerBound { cursor.append(UInt8(ascii: ",")) }
            cursor.append(source.fragments, source.labels[index - row.lowerBound])
            cursor.append(UInt8(ascii: ":"))
            cursor.appendFloat(source.values[index])
        }
        cursor.append(UInt8(ascii: "}"))
    }

    /// A vector, as the queue wants it written.
    func appendEmbedding(of source: ResultSource, record: Int, to cursor: inout LineCursor) {
        let row = source.row(of: record)
        switch embedding {
        case .base64: cursor.appendBase64(of: source.values, row)
        case .list:
            cursor.append(UInt8(ascii: "["))
            for index in row {
                if index > row.lowerBound { cursor.append(UInt8(ascii: ",")) }
                cursor.appendFloat(source.values[index])
            }
            cursor.append(UInt8(ascii: "]"))
        }
    }
}

/// Entities.
extension ResultFormatter {
    /// More than the bytes of an entity beside its label and its word: keys, punctuation, a score and two numbers.
    static let entityFrameBytes = 64 + LineCursor.probabilityBytesMaximum + 2 * LineCursor.integerBytesMaximum

    /// The entities in the order of the text, under the names that transformers' pipeline gives them.
    func appendEntities(of source: ResultSource, record: Int, to cursor: inout LineCursor) {
        cursor.append(UInt8(ascii: "["))
        let textStart = source.textRange(of: record).lowerBound
        var separator = false
        for entity in source.entities(of: record) {
            cursor.append(separator ? ",{\"entity_group\":" : "{\"entity_group\":")
            separator = true
            cursor.append(source.fragments, source.labels[entity.label])
            cursor.append(",\"score\":")
            cursor.appendProbability(entity.score)
            cursor.append(",\"word\":")
            appendQuoted(source.texts, textStart + entity.byteStart..<textStart + entity.byteEnd, to: &cursor)
            cursor.append(",\"start\":")
            cursor.appendInteger(entity.start)
            cursor.append(",\"end\":")
            cursor.appendInteger(entity.end)
            cursor.append(UInt8(ascii: "}"))
        }
        cursor.append(UInt8(ascii: "]"))
    }
}
