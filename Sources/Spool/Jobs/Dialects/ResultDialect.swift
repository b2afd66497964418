import BatchCore
import JSONLines

/// How another tool writes results.
protocol ResultDialect {
    /// What stands once at the start of a file.
    var header: [UInt8] { get }
    /// What ends a line.
    var lineEnd: [UInt8] { get }
    /// Whether a record without a result leaves an empty line, since its place is all that a line says of its record.
    var keepsPlaces: Bool { get }

    /// Writes one result without the end of its line.
    func appendLine(of outcome: ShardOutcome, record: Int, to output: inout [UInt8])
}

extension ResultDialect {
    var header: [UInt8] { [] }
    var lineEnd: [UInt8] { [UInt8(ascii: "\n")] }
    var keepsPlaces: Bool { false }

    /// Writes all results of a shard.
    func lines(of outcome: ShardOutcome) -> [UInt8] {
        var output: [UInt8] = []
        var failed = (keepsPlaces ? outcome.block.failures.map(\.ordinal).sorted() : [])[...]
        for (record, place) in outcome.block.records.enumerated() {
            while let next = failed.first, next < place.ordinal {
                output += lineEnd
                failed.removeFirst()
            }
            appendLine(of: outcome, record: record, to: &output)
            output += lineEnd
        }
        for _ in failed { output += lineEnd }
        return output
    }
}

extension ShardOutcome {
    /// A record's numbers.
    func row(of record: Int) -> ArraySlice<Float> {
        predictions.values[record * predictions.columns..<(record + 1) * predictions.columns]
    }

    /// A record's labels, the most probable first; equal ones in the model's order.
    func ranking(of record: Int) -> [(label: Int, probability: Float)] {
        row(of: record).enumerated().map { (label: $0.offset, probability: $0.element) }
            .sorted { ($0.probability, $1.label) > ($1.probability, $0.label) }
    }

    /// The id of a record as a string with its quotation marks, whatever type it had; without one its line.
    func appendQuotedID(of record: Int, to output: inout [UInt8]) {
        let input = block.records[record]
        let isText = input.id.map { block.bytes[$0.lowerBound] == UInt8(ascii: "\"") } ?? false
        if !isText { output.append(UInt8(ascii: "\"")) }
        if let id = input.id { output += block.bytes[id] } else { JSONWriter.appendInteger(input.line, to: &output) }
        if !isText { output.append(UInt8(ascii: "\"")) }
    }
}

extension QueueConfiguration {
    /// The same queue with native lines of these fields, of which a dialect makes its own.
    ///
    /// - Parameters:
    ///   - fields: The fields beside those that are passed through.
    ///   - passes: Whether fields are passed through.
    /// - Returns: The configuration.
    func native(fields: [OutputField], passes: Bool) -> QueueConfiguration {
        var native = self
        native.output.format = .native
        native.output.fields = fields
        native.output.explain = 0
        if !passes { native.output.pass = [] }
        let pass = native.output.pass
        native.output.rename = output.rename.filter { pass.contains($0.key) }
        return native
    }
}

/// The fields that are passed through, as the members of a JSON object.
struct PassedMembers {
    private let formatter: ResultFormatter?

    init(configuration: QueueConfiguration, model: any BatchModel) throws(ConfigurationError) {
        formatter =
            configuration.output.pass.isEmpty
            ? nil : try ResultFormatter(configuration: configuration.native(fields: [], passes: true), model: model)
    }

    /// Appends the object, after the text that leads to it; nothing where the queue passes nothing through.
    func append(after lead: StaticString, of outcome: ShardOutcome, record: Int, to output: inout [UInt8]) {
        guard let formatter else { return }
        JSONWriter.appendRaw(lead, to: &output)
        formatter.appendLine(of: outcome, record: record, to: &output)
    }

    /// Appends the members alone, each after a comma.
    func appendMembers(of outcome: ShardOutcome, record: Int, to output: inout [UInt8]) {
        guard let formatter else { return }
        let start = output.count
        formatter.appendLine(of: outcome, record: record, to: &output)
        output.removeLast()
        if output.count == start + 1 { output.removeLast() } else { output[start] = UInt8(ascii: ",") }
    }
}
