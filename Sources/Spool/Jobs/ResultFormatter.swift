public import BatchCore
import JSONLines

/// Writes result lines, in the queue's choice of fields.
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
    }

    /// Formats all results of a shard, one line each.
    ///
    /// - Parameter outcome: Records and predictions, in input order.
    /// - Returns: UTF-8, each line ended by a newline.
    public func lines(of outcome: ShardOutcome) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(outcome.block.records.count * 192)
        for record in outcome.block.records.indices {
            appendLine(of: outcome, record: record, to: &output)
            output.append(UInt8(ascii: "\n"))
        }
        return output
    }

    /// Formats one result without the newline.
    ///
    /// - Parameters:
    ///   - outcome: Records and predictions.
    ///   - record: Which record.
    ///   - output: Receives the JSON object.
    public func appendLine(of outcome: ShardOutcome, record: Int, to output: inout [UInt8]) {
        let labelCount = labels.count
        let row = outcome.predictions.probabilities[record * labelCount..<(record + 1) * labelCount]
        let best = row.bestIndex
        var separator = UInt8(ascii: "{")
        for piece in pieces {
            if case .passed(let index) = piece.value {
                let range = outcome.block.passedFields[record * passedCount + index]
                guard !range.isEmpty else { continue }
            }
            output.append(separator)
            separator = UInt8(ascii: ",")
            output.append(contentsOf: piece.prefix)
            append(piece.value, of: outcome, record: record, row: row, best: best, to: &output)
        }
        if separator == UInt8(ascii: "{") { output.append(separator) }
        output.append(UInt8(ascii: "}"))
    }

    private func append(
        _ value: Value,
        of outcome: ShardOutcome,
        record: Int,
        row: ArraySlice<Float>,
        best: Int,
        to output: inout [UInt8]
    ) {
        let input = outcome.block.records[record]
        switch value {
        case .passed(let index):
            output.append(contentsOf: outcome.block.bytes[outcome.block.passedFields[record * passedCount + index]])
        case .field(.id):
            if let id = input.id {
                output.append(contentsOf: outcome.block.bytes[id])
            } else {
                JSONWriter.appendInteger(input.line, to: &output)
            }
        case .field(.line): JSONWriter.appendInteger(input.line, to: &output)
        case .field(.label): output.append(contentsOf: labels[best - row.startIndex])
        case .field(.probability):
            JSONWriter.appendDecimal(row[best], fractionDigits: OutputLimits.probabilityDigits, to: &output)
        case .field(.scores): appendScores(row, to: &output)
        case .field(.model): output.append(contentsOf: modelReference)
        case .field(.inputTokens): JSONWriter.appendInteger(outcome.encoded[record].inputTokens, to: &output)
        case .field(.truncated):
            output.append(contentsOf: outcome.encoded[record].truncated ? Self.trueBytes : Self.falseBytes)
        case .field(.text):
            let range = outcome.block.textRange(of: record)
            JSONWriter.appendString(outcome.block.texts.span.bytes.extracting(range), to: &output)
        }
    }

    /// The most probable labels first; equal ones in the model's order.
    private func appendScores(_ row: ArraySlice<Float>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        if scoresMaximum == row.count && row.count <= 4 {
            appendFewScores(row, to: &output)
        } else {
            let order = row.indices.sorted { (row[$0], $1) > (row[$1], $0) }
            for (rank, index) in order.prefix(scoresMaximum).enumerated() {
                appendScore(row, index, isFirst: rank == 0, to: &output)
            }
        }
        output.append(UInt8(ascii: "}"))
    }

    /// Selection without a sorted copy: for a handful of labels that is most of the cost of a line.
    private func appendFewScores(_ row: ArraySlice<Float>, to output: inout [UInt8]) {
        var taken: UInt8 = 0
        for rank in 0..<row.count {
            var best = -1
            for index in row.indices where taken & (1 << UInt8(index - row.startIndex)) == 0 {
                if best < 0 || row[index] > row[best] { best = index }
            }
            taken |= 1 << UInt8(best - row.startIndex)
            appendScore(row, best, isFirst: rank == 0, to: &output)
        }
    }

    private func appendScore(_ row: ArraySlice<Float>, _ index: Int, isFirst: Bool, to output: inout [UInt8]) {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        output.append(contentsOf: labels[index - row.startIndex])
        output.append(UInt8(ascii: ":"))
        JSONWriter.appendDecimal(row[index], fractionDigits: OutputLimits.probabilityDigits, to: &output)
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
