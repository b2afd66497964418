public import BatchCore
import JSONLines

/// Writes result lines, in the queue's choice of fields.
///
/// A line is bounded before it is written, so that writing it needs no checks.
public struct ResultFormatter {
    /// One piece of every line: fixed bytes, then a value.
    private struct Piece {
        var prefix: [UInt8]
        var value: Value
    }

    private enum Value {
        case field(OutputField)
        case passed(Int)
    }

    private let pieces: [Piece]
    private let labels: [[UInt8]]
    private let scoresMaximum: Int
    private let modelReference: [UInt8]
    private let passedCount: Int
    private let writesText: Bool
    /// The bytes of a line whose id, passed-through values and text are empty.
    private let fixedBytesMaximum: Int

    /// Creates a formatter.
    ///
    /// - Parameters:
    ///   - configuration: The queue's choice.
    ///   - model: The model, whose labels and name are written.
    public init(configuration: QueueConfiguration, model: any BatchModel) {
        let output = configuration.output
        var pieces: [Piece] = []
        for field in output.fields {
            pieces.append(Piece(prefix: Self.key(output.name(of: field.rawValue)), value: .field(field)))
        }
        for (index, name) in output.pass.enumerated() {
            pieces.append(Piece(prefix: Self.key(output.name(of: name)), value: .passed(index)))
        }
        self.pieces = pieces
        labels = model.labels.map(Self.quoted)
        scoresMaximum = min(output.scores, model.labels.count)
        modelReference = Self.quoted(model.identity.reference)
        passedCount = output.pass.count
        writesText = output.fields.contains(.text)
        let labelBytes = labels.reduce(0) { $0 + $1.count + 2 + LineCursor.probabilityBytesMaximum }
        fixedBytesMaximum =
            pieces.reduce(8) { $0 + $1.prefix.count + 1 + LineCursor.integerBytesMaximum }
            + 2 * labelBytes + modelReference.count
    }

    /// Formats all results of a shard, one line each.
    ///
    /// - Parameter outcome: Records and predictions, in input order.
    /// - Returns: UTF-8, each line ended by a newline.
    public func lines(of outcome: ShardOutcome) -> [UInt8] {
        let records = 0..<outcome.block.records.count
        let bound = records.reduce(0) { $0 + bytesMaximum(of: outcome, record: $1) }
        return [UInt8](unsafeUninitializedCapacity: max(bound, 1)) { buffer, count in
            guard var cursor = LineCursor(buffer) else { return }
            let source = Source(outcome, labelCount: labels.count)
            for record in records {
                appendLine(of: source, record: record, to: &cursor)
                cursor.append(UInt8(ascii: "\n"))
            }
            count = buffer.count - cursor.room
        }
    }

    /// Formats one result without the newline.
    ///
    /// - Parameters:
    ///   - outcome: Records and predictions.
    ///   - record: Which record.
    ///   - output: Receives the JSON object.
    public func appendLine(of outcome: ShardOutcome, record: Int, to output: inout [UInt8]) {
        let bound = bytesMaximum(of: outcome, record: record)
        output += [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            guard var cursor = LineCursor(buffer) else { return }
            appendLine(of: Source(outcome, labelCount: labels.count), record: record, to: &cursor)
            count = buffer.count - cursor.room
        }
    }

    /// What lines are made of, so that no array is retained for each value.
    private struct Source {
        let block: RecordBlock
        let encoded: [EncodedText]
        let probabilities: [Float]
        let labelCount: Int

        init(_ outcome: ShardOutcome, labelCount: Int) {
            block = outcome.block
            encoded = outcome.encoded
            probabilities = outcome.predictions.probabilities
            self.labelCount = labelCount
        }

        func bestLabel(of record: Int) -> Int {
            let start = record * labelCount
            var best = 0
            for label in 1..<max(labelCount, 1) where probabilities[start + label] > probabilities[start + best] {
                best = label
            }
            return best
        }
    }

    private func bytesMaximum(of outcome: ShardOutcome, record: Int) -> Int {
        var bytes = fixedBytesMaximum + (outcome.block.records[record].id?.count ?? 0)
        for field in 0..<passedCount { bytes += outcome.block.passedFields[record * passedCount + field].count }
        // Six bytes are the longest escape of one.
        if writesText { bytes += 2 + 6 * outcome.block.textRange(of: record).count }
        return bytes
    }

    private func appendLine(of source: Source, record: Int, to cursor: inout LineCursor) {
        let best = source.bestLabel(of: record)
        var separator = UInt8(ascii: "{")
        for piece in pieces {
            if case .passed(let index) = piece.value,
                source.block.passedFields[record * passedCount + index].isEmpty
            {
                continue
            }
            cursor.append(separator)
            separator = UInt8(ascii: ",")
            append(piece.prefix, to: &cursor)
            append(piece.value, of: source, record: record, best: best, to: &cursor)
        }
        if separator == UInt8(ascii: "{") { cursor.append(separator) }
        cursor.append(UInt8(ascii: "}"))
    }

    private func append(
        _ value: Value,
        of source: Source,
        record: Int,
        best: Int,
        to cursor: inout LineCursor
    ) {
        let input = source.block.records[record]
        switch value {
        case .passed(let index):
            append(source.block.bytes, source.block.passedFields[record * passedCount + index], to: &cursor)
        case .field(.id):
            if let id = input.id {
                append(source.block.bytes, id, to: &cursor)
            } else {
                cursor.appendInteger(input.line)
            }
        case .field(.line): cursor.appendInteger(input.line)
        case .field(.label): append(labels[best], to: &cursor)
        case .field(.probability): cursor.appendProbability(source.probabilities[record * source.labelCount + best])
        case .field(.scores): appendScores(of: source, record: record, to: &cursor)
        case .field(.model): append(modelReference, to: &cursor)
        case .field(.inputTokens): cursor.appendInteger(source.encoded[record].inputTokens)
        case .field(.truncated):
            append(source.encoded[record].truncated ? Self.trueBytes : Self.falseBytes, to: &cursor)
        case .field(.text):
            var text: [UInt8] = []
            let range = source.block.textRange(of: record)
            JSONWriter.appendString(source.block.texts.span.bytes.extracting(range), to: &text)
            append(text, to: &cursor)
        }
    }

    /// The most probable labels first; equal ones in the model's order.
    private func appendScores(of source: Source, record: Int, to cursor: inout LineCursor) {
        cursor.append(UInt8(ascii: "{"))
        let start = record * source.labelCount
        if scoresMaximum == source.labelCount && scoresMaximum <= Self.fewLabelsMaximum {
            appendFewScores(source.probabilities, start: start, to: &cursor)
        } else {
            let row = source.probabilities[start..<start + source.labelCount]
            let order = row.indices.sorted { (row[$0], $1) > (row[$1], $0) }
            for (rank, index) in order.prefix(scoresMaximum).enumerated() {
                if rank > 0 { cursor.append(UInt8(ascii: ",")) }
                appendScore(source.probabilities, start: start, label: index - start, to: &cursor)
            }
        }
        cursor.append(UInt8(ascii: "}"))
    }

    private static let fewLabelsMaximum = 8

    /// Selection without a sorted copy: for a handful of labels sorting would be most of the cost of a line.
    private func appendFewScores(_ probabilities: [Float], start: Int, to cursor: inout LineCursor) {
        var taken: UInt8 = 0
        for rank in 0..<scoresMaximum {
            var best = -1
            for label in 0..<scoresMaximum where taken & (1 << UInt8(label)) == 0 {
                if best < 0 || probabilities[start + label] > probabilities[start + best] { best = label }
            }
            taken |= 1 << UInt8(best)
            if rank > 0 { cursor.append(UInt8(ascii: ",")) }
            appendScore(probabilities, start: start, label: best, to: &cursor)
        }
    }

    private func appendScore(_ probabilities: [Float], start: Int, label: Int, to cursor: inout LineCursor) {
        append(labels[label], to: &cursor)
        cursor.append(UInt8(ascii: ":"))
        cursor.appendProbability(probabilities[start + label])
    }

    private func append(_ bytes: [UInt8], to cursor: inout LineCursor) {
        bytes.withUnsafeBufferPointer { cursor.append($0) }
    }

    private func append(_ bytes: [UInt8], _ range: Range<Int>, to cursor: inout LineCursor) {
        bytes.withUnsafeBufferPointer { cursor.append(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    private static let trueBytes = Array("true".utf8)
    private static let falseBytes = Array("false".utf8)

    private static func key(_ name: String) -> [UInt8] {
        quoted(name) + [UInt8(ascii: ":")]
    }

    private static func quoted(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONWriter.appendString(text, to: &bytes)
        return bytes
    }
}
