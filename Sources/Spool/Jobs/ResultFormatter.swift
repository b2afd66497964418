public import BatchCore
import JSONLines

/// Writes result lines, in the queue's choice of fields.
///
/// A line is bounded before it is written, so that writing it needs no checks.
public struct ResultFormatter {
    /// One piece of every line: fixed bytes, then a value. Trivial, so that a line costs no reference counting.
    private struct Piece {
        var prefix: Range<Int>
        var value: Value
    }

    private enum Value {
        case field(OutputField)
        case passed(Int)
    }

    private let pieces: [Piece]
    /// The fixed bytes of all pieces and labels, end to end.
    private let fragments: [UInt8]
    private let labels: [Range<Int>]
    private let modelReference: Range<Int>
    private let scoresMaximum: Int
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
        var fragments: [UInt8] = []
        let add = { (text: String, suffix: String) -> Range<Int> in
            let start = fragments.count
            JSONWriter.appendString(text, to: &fragments)
            fragments += Array(suffix.utf8)
            return start..<fragments.count
        }
        let fields = output.fields.map { Piece(prefix: add(output.name(of: $0.rawValue), ":"), value: .field($0)) }
        let passed = output.pass.enumerated().map { index, name in
            Piece(prefix: add(output.name(of: name), ":"), value: .passed(index))
        }
        pieces = fields + passed
        labels = model.labels.map { add($0, "") }
        modelReference = add(model.identity.reference, "")
        self.fragments = fragments
        scoresMaximum = min(output.scores, model.labels.count)
        passedCount = output.pass.count
        writesText = output.fields.contains(.text)
        let numberBytes = LineCursor.integerBytesMaximum + LineCursor.probabilityBytesMaximum
        fixedBytesMaximum = 2 * fragments.count + (pieces.count + labels.count + 4) * (numberBytes + 2)
    }

    /// Formats all results of a shard, one line each.
    ///
    /// - Parameter outcome: Records and predictions, in input order.
    /// - Returns: UTF-8, each line ended by a newline.
    public func lines(of outcome: ShardOutcome) -> [UInt8] {
        format(outcome, records: outcome.block.records.indices, separator: [UInt8(ascii: "\n")])
    }

    /// Formats one result without the newline.
    ///
    /// - Parameters:
    ///   - outcome: Records and predictions.
    ///   - record: Which record.
    ///   - output: Receives the JSON object.
    public func appendLine(of outcome: ShardOutcome, record: Int, to output: inout [UInt8]) {
        output += format(outcome, records: record..<record + 1, separator: [])
    }

    private func format(_ outcome: ShardOutcome, records: Range<Int>, separator: [UInt8]) -> [UInt8] {
        let bound = records.reduce(1) { $0 + bytesMaximum(of: outcome, record: $1) }
        return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            guard var cursor = LineCursor(buffer) else { return }
            withSource(of: outcome) { source in
                for record in records {
                    appendLine(of: source, record: record, to: &cursor)
                    for byte in separator { cursor.append(byte) }
                }
            }
            count = buffer.count - cursor.room
        }
    }

    /// What lines are made of, as plain memory: an array would be retained for each value of each line.
    private struct Source {
        let pieces: UnsafeBufferPointer<Piece>
        let fragments: UnsafeBufferPointer<UInt8>
        let labels: UnsafeBufferPointer<Range<Int>>
        let records: UnsafeBufferPointer<InputRecord>
        let bytes: UnsafeBufferPointer<UInt8>
        let texts: UnsafeBufferPointer<UInt8>
        let passed: UnsafeBufferPointer<Range<Int>>
        let encoded: UnsafeBufferPointer<EncodedText>
        let probabilities: UnsafeBufferPointer<Float>

        func bestLabel(of record: Int) -> Int {
            let start = record * labels.count
            var best = 0
            for label in 1..<max(labels.count, 1) where probabilities[start + label] > probabilities[start + best] {
                best = label
            }
            return best
        }
    }

    private func withSource(of outcome: ShardOutcome, _ body: (Source) -> Void) {
        pieces.withUnsafeBufferPointer { pieces in
            fragments.withUnsafeBufferPointer { fragments in
                labels.withUnsafeBufferPointer { labels in
                    outcome.block.records.withUnsafeBufferPointer { records in
                        outcome.block.bytes.withUnsafeBufferPointer { bytes in
                            outcome.block.texts.withUnsafeBufferPointer { texts in
                                outcome.block.passedFields.withUnsafeBufferPointer { passed in
                                    outcome.encoded.withUnsafeBufferPointer { encoded in
                                        outcome.predictions.values.withUnsafeBufferPointer { probabilities in
                                            body(
                                                Source(
                                                    pieces: pieces,
                                                    fragments: fragments,
                                                    labels: labels,
                                                    records: records,
                                                    bytes: bytes,
                                                    texts: texts,
                                                    passed: passed,
                                                    encoded: encoded,
                                                    probabilities: probabilities
                                                )
                                            )
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
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
        for piece in source.pieces {
            if case .passed(let index) = piece.value, source.passed[record * passedCount + index].isEmpty { continue }
            cursor.append(separator)
            separator = UInt8(ascii: ",")
            cursor.append(source.fragments, piece.prefix)
            append(piece.value, of: source, record: record, best: best, to: &cursor)
        }
        if separator == UInt8(ascii: "{") { cursor.append(separator) }
        cursor.append(UInt8(ascii: "}"))
    }

    private func append(_ value: Value, of source: Source, record: Int, best: Int, to cursor: inout LineCursor) {
        switch value {
        case .passed(let index): cursor.append(source.bytes, source.passed[record * passedCount + index])
        case .field(.id):
            if let id = source.records[record].id {
                cursor.append(source.bytes, id)
            } else {
                cursor.appendInteger(source.records[record].line)
            }
        case .field(.line): cursor.appendInteger(source.records[record].line)
        case .field(.label): cursor.append(source.fragments, source.labels[best])
        case .field(.probability):
            cursor.appendProbability(source.probabilities[record * source.labels.count + best])
        case .field(.scores): appendScores(of: source, record: record, to: &cursor)
        case .field(.model): cursor.append(source.fragments, modelReference)
        case .field(.inputTokens): cursor.appendInteger(source.encoded[record].inputTokens)
        case .field(.truncated): cursor.append(source.encoded[record].truncated ? "true" : "false")
        case .field(.text): appendText(of: source, record: record, to: &cursor)
        }
    }

    private func appendText(of source: Source, record: Int, to cursor: inout LineCursor) {
        let start = record == 0 ? 0 : source.records[record - 1].pairEnd
        let text = UnsafeRawBufferPointer(
            rebasing: UnsafeRawBufferPointer(source.texts)[start..<source.records[record].textEnd]
        )
        var quoted: [UInt8] = []
        JSONWriter.appendString(text.bytes, to: &quoted)
        quoted.withUnsafeBufferPointer { cursor.append($0, 0..<$0.count) }
    }

    /// The most probable labels first; equal ones in the model's order.
    private func appendScores(of source: Source, record: Int, to cursor: inout LineCursor) {
        cursor.append(UInt8(ascii: "{"))
        let start = record * source.labels.count
        if scoresMaximum == source.labels.count && scoresMaximum <= Self.fewLabelsMaximum {
            appendFewScores(of: source, start: start, to: &cursor)
        } else {
            let row = source.probabilities[start..<start + source.labels.count]
            let order = row.indices.sorted { (row[$0], $1) > (row[$1], $0) }
            for (rank, index) in order.prefix(scoresMaximum).enumerated() {
                if rank > 0 { cursor.append(UInt8(ascii: ",")) }
                appendScore(of: source, start: start, label: index - start, to: &cursor)
            }
        }
        cursor.append(UInt8(ascii: "}"))
    }

    private static let fewLabelsMaximum = 8

    /// Selection without a sorted copy: for a handful of labels sorting would be most of the cost of a line.
    private func appendFewScores(of source: Source, start: Int, to cursor: inout LineCursor) {
        var taken: UInt8 = 0
        for rank in 0..<scoresMaximum {
            var best = -1
            for label in 0..<scoresMaximum where taken & (1 << UInt8(label)) == 0 {
                if best < 0 || source.probabilities[start + label] > source.probabilities[start + best] { best = label }
            }
            taken |= 1 << UInt8(best)
            if rank > 0 { cursor.append(UInt8(ascii: ",")) }
            appendScore(of: source, start: start, label: best, to: &cursor)
        }
    }

    private func appendScore(of source: Source, start: Int, label: Int, to cursor: inout LineCursor) {
        cursor.append(source.fragments, source.labels[label])
        cursor.append(UInt8(ascii: ":"))
        cursor.appendProbability(source.probabilities[start + label])
    }
}
