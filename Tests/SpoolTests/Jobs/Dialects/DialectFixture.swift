import BatchCore
import BatchTesting
import JSONLines
import Testing

@testable import Spool

/// Records and answers, written in a dialect.
struct DialectFixture {
    var task = ModelTask.classification
    var labels: [String]?
    var records = [#"{"id":"a","text":"first"}"#]
    var rows = PredictionRows(columns: 0)
    var encoded = EncodedText(inputTokens: 2)
    var output = ""
    var limits = ""

    static let hash = "0123456789abcdef" + String(repeating: "f", count: 48)

    var model: MarkedTextModel { MarkedTextModel(task: task, labels: labels) }

    func writer() throws -> ResultWriter {
        let origin = ResultOrigin(source: "night.jsonl", inputSHA256: Self.hash)
        return try ResultWriter(configuration: settings(), model: model, origin: origin)
    }

    private func settings() throws -> QueueConfiguration {
        try QueueConfiguration.parse(
            yaml: "model: m\nlimits: { \(limits) }\noutput: { \(output) }\n",
            file: "queue.yaml"
        )
    }

    func outcome() throws -> ShardOutcome {
        var bytes = Array(records.joined(separator: "\n").utf8)[...]
        let stream = try DecodedStream(.none) { buffer in
            let chunk = bytes.prefix(buffer.count)
            buffer.copyBytes(from: chunk)
            bytes = bytes.dropFirst(chunk.count)
            return chunk.count
        }
        var extractor = try RecordExtractor(configuration: settings())
        let reader = try LineReader(stream, limits: settings().inputLimits.forReplay)
        let lines = try reader.nextBlock(maximumRecords: 10_000, maximumBytes: 16 << 20) ?? LineBlock()
        let block = extractor.extract(lines, ordinals: 0..<lines.lines.count)
        return ShardOutcome(block: block, predictions: rows, encoded: block.records.map { _ in encoded })
    }

    /// The file of one shard.
    func text() throws -> String {
        let writer = try writer()
        return String(decoding: try writer.header + writer.lines(of: outcome()), as: UTF8.self)
    }

    /// The file's lines, and those that are written one by one, which must be the same.
    func lines() throws -> [String] {
        let lines = try text().split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        let (writer, outcome) = (try writer(), try outcome())
        for record in outcome.block.records.indices {
            var line: [UInt8] = []
            writer.appendLine(of: outcome, record: record, to: &line)
            #expect(lines.contains { $0.utf8.elementsEqual(line) || $0.utf8.dropLast().elementsEqual(line) })
        }
        return lines
    }

    static func rows(_ values: [Float], columns: Int) -> PredictionRows {
        var rows = PredictionRows(columns: columns)
        rows.values = values
        return rows
    }
}
