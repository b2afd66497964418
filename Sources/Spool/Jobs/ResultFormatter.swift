public import BatchCore
import JSONLines

/// Writes result lines, in the queue's choice of fields.
///
/// A line is bounded before it is written, so that writing it needs no checks.
public struct ResultFormatter {
    private let pieces: [ResultPiece]
    /// The fixed bytes of all pieces and labels, end to end.
    private let fragments: [UInt8]
    private let labels: [Range<Int>]
    private let modelReference: Range<Int>
    let scoresMaximum: Int
    let threshold: Float
    let embedding: EmbeddingFormat
    private let passedCount: Int
    private let writesText: Bool
    private let writesEntities: Bool
    private let writesExplanation: Bool
    private let writesLabel: Bool
    /// The bytes of a line whose id, passed-through values, text and entities are empty.
    private let fixedBytesMaximum: Int

    /// Creates a formatter.
    ///
    /// - Parameters:
    ///   - configuration: The queue's choice.
    ///   - model: The model, whose labels and name are written.
    /// - Throws: `ConfigurationError` where the queue wants fields that the model does not have.
    public init(configuration: QueueConfiguration, model: any BatchModel) throws(ConfigurationError) {
        try configuration.check(against: model)
        let output = configuration.output
        let fields = output.fields(of: model)
        var fragments: [UInt8] = []
        let add = { (text: String, suffix: String) -> Range<Int> in
            let start = fragments.count
            JSONWriter.appendString(text, to: &fragments)
            fragments += Array(suffix.utf8)
            return start..<fragments.count
        }
        let own = fields.map { ResultPiece(prefix: add(output.name(of: $0.rawValue), ":"), value: .field($0)) }
        let passed = output.pass.enumerated().map { index, name in
            ResultPiece(prefix: add(output.name(of: name), ":"), value: .passed(index))
        }
        pieces = own + passed
        labels = model.labels.map { add($0, "") }
        modelReference = add(model.identity.reference, "")
        self.fragments = fragments
        scoresMaximum = min(output.scores, model.labels.count)
        threshold = Float(output.threshold)
        embedding = output.embedding
        passedCount = output.pass.count
        writesText = fields.contains(.text)
        writesEntities = fields.contains(.entities)
        writesExplanation = fields.contains(.explanation)
        writesLabel = fields.contains(.label) || fields.contains(.probability)
        let numberBytes = LineCursor.integerBytesMaximum + LineCursor.floatBytesMaximum
        // Labels stand in 'scores' and again in 'labels'; the numbers of a row in at most two fields.
        fixedBytesMaximum =
            3 * fragments.count + (pieces.count + 2 * labels.count + 8) * (numberBytes + 2)
            + 2 * model.valuesPerRecord * (LineCursor.floatBytesMaximum + 1)
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
            ResultSource.with(outcome, pieces: pieces, fragments: fragments, labels: labels) { source in
                for record in records {
                    appendLine(of: source, record: record, to: &cursor)
                    for byte in separator { cursor.append(byte) }
                }
            }
            count = buffer.count - cursor.room
        }
    }

    private func bytesMaximum(of outcome: ShardOutcome, record: Int) -> Int {
        var bytes = fixedBytesMaximum + (outcome.block.records[record].id?.count ?? 0)
        for field in 0..<passedCount { bytes += outcome.block.passedFields[record * passedCount + field].count }
        if writesText { bytes += Self.quotedBytesMaximum(outcome.block.textRange(of: record).count) }
        if writesEntities { bytes += entityBytesMaximum(of: outcome, record: record) }
        if writesExplanation { bytes += explanationBytesMaximum(of: outcome, record: record) }
        return bytes
    }

    private func explanationBytesMaximum(of outcome: ShardOutcome, record: Int) -> Int {
        let text = outcome.block.textRange(of: record)
        let pair = outcome.block.pairRange(of: record) ?? 0..<0
        let explanations = outcome.explanations
        return explanations.stretches[explanations.range(ofRecord: record)].reduce(0) { bytes, stretch in
            precondition(
                stretch.byteStart >= 0 && stretch.byteStart <= stretch.byteEnd
                    && stretch.byteEnd <= (stretch.isInPair ? pair : text).count,
                "a stretch lies within its text"
            )
            return bytes + Self.stretchFrameBytes + Self.quotedBytesMaximum(stretch.byteEnd - stretch.byteStart)
        }
    }

    private func entityBytesMaximum(of outcome: ShardOutcome, record: Int) -> Int {
        let textBytes = outcome.block.textRange(of: record).count
        let rows = outcome.predictions
        return rows.entities[rows.entityRange(ofRecord: record)].reduce(0) { bytes, entity in
            precondition(
                entity.byteStart >= 0 && entity.byteStart <= entity.byteEnd && entity.byteEnd <= textBytes,
                "an entity lies within its text"
            )
            return bytes + Self.entityFrameBytes + labels[entity.label].count
                + Self.quotedBytesMaximum(entity.byteEnd - entity.byteStart)
        }
    }

    /// Six bytes are the longest escape of one.
    private static func quotedBytesMaximum(_ count: Int) -> Int { 2 + 6 * count }

    private func appendLine(of source: ResultSource, record: Int, to cursor: inout LineCursor) {
        let best = writesLabel ? source.bestLabel(of: record) : 0
        var separator = UInt8(ascii: "{")
        for piece in source.pieces {
            switch piece.value {
            case .passed(let index) where source.passed[record * passedCount + index].isEmpty: continue
            case .field(.windows) where source.encoded[record].windows <= 1: continue
            default: break
            }
            cursor.append(separator)
            separator = UInt8(ascii: ",")
            cursor.append(source.fragments, piece.prefix)
            append(piece.value, of: source, record: record, best: best, to: &cursor)
        }
        if separator == UInt8(ascii: "{") { cursor.append(separator) }
        cursor.append(UInt8(ascii: "}"))
    }

    private func append(
        _ value: ResultPiece.Value,
        of source: ResultSource,
        record: Int,
        best: Int,
        to cursor: inout LineCursor
    ) {
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
        case .field(.probability): cursor.appendProbability(source.values[record * source.columns + best])
        case .field(.scores): appendScores(of: source, record: record, to: &cursor)
        case .field(.model): cursor.append(source.fragments, modelReference)
        case .field(.inputTokens): cursor.appendInteger(source.encoded[record].inputTokens)
        case .field(.truncated): cursor.append(source.encoded[record].truncated ? "true" : "false")
        case .field(.text): appendQuoted(source.texts, source.textRange(of: record), to: &cursor)
        case .field(.labels): appendLabels(of: source, record: record, to: &cursor)
        case .field(.value): cursor.appendFloat(source.values[record * source.columns])
        case .field(.values): appendValues(of: source, record: record, to: &cursor)
        case .field(.entities): appendEntities(of: source, record: record, to: &cursor)
        case .field(.embedding): appendEmbedding(of: source, record: record, to: &cursor)
        case .field(.windows): cursor.appendInteger(source.encoded[record].windows)
        case .field(.explanation): appendExplanation(of: source, record: record, to: &cursor)
        }
    }

    /// Writes text as a JSON string.
    func appendQuoted(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, to cursor: inout LineCursor) {
        let text = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[range])
        var quoted: [UInt8] = []
        JSONWriter.appendString(text.bytes, to: &quoted)
        quoted.withUnsafeBufferPointer { cursor.append($0, 0..<$0.count) }
    }
}
