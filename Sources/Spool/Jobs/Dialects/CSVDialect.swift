import BatchCore
import JSONLines

/// Comma-separated values as RFC 4180 has them (https://www.rfc-editor.org/rfc/rfc4180), made of native lines.
///
/// Strings are quoted and nothing else is, so that a cell says which of the two it is; what nests is JSON text, and
/// what a record lacks, or is null, is empty. Label scores and named values have columns of their own.
struct CSVDialect: ResultDialect {
    private let native: ResultFormatter
    private let columns: [Column]
    /// The members of a native line.
    private let scanner: RecordScanner
    /// The members of an object that is spread over columns: labels or the names of values.
    private let partScanner: RecordScanner

    private enum Column {
        /// A member of the line, by its index among the names that are scanned for; and what it is where it is absent.
        case member(Int, absent: StaticString)
        /// A member of the object that a member is.
        case part(of: Int, Int)
    }

    init(configuration: QueueConfiguration, model: any BatchModel) throws(ConfigurationError) {
        try configuration.check(against: model)
        var plain = configuration
        plain.output.format = .native
        native = try ResultFormatter(configuration: plain, model: model)
        let output = configuration.output
        var limits = configuration.inputLimits
        limits.depthMaximum = max(limits.depthMaximum, Self.ownDepthMaximum)
        limits.keysPerObjectMaximum = .max
        let fields = output.fields(of: model)
        scanner = RecordScanner(keys: (fields.map(\.rawValue) + output.pass).map(output.name(of:)), limits: limits)
        partScanner = RecordScanner(keys: model.labels, limits: limits)
        let own = fields.enumerated().flatMap { index, field -> [Column] in
            guard output.spreads(field, of: model) else {
                return [.member(index, absent: field == .windows ? "1" : "")]
            }
            return model.labels.indices.map { .part(of: index, $0) }
        }
        columns = own + output.pass.indices.map { .member(fields.count + $0, absent: "") }
        header = Self.header(output.columnNames(of: model))
    }

    /// How deep batchd's own fields nest in a line.
    private static let ownDepthMaximum = 8

    let header: [UInt8]

    var lineEnd: [UInt8] { Array("\r\n".utf8) }

    private static func header(_ names: [String]) -> [UInt8] {
        let special = Set("\",\r\n".utf8)
        let cells = names.map { name -> [UInt8] in
            let bytes = Array(name.utf8)
            let isPlain = !bytes.contains(where: special.contains) && bytes.first != 0x20 && bytes.last != 0x20
            return isPlain ? bytes : quoted(bytes)
        }
        return Array(cells.joined(separator: [UInt8(ascii: ",")])) + Array("\r\n".utf8)
    }

    private static func quoted(_ bytes: [UInt8]) -> [UInt8] {
        var cell: [UInt8] = []
        appendQuoted(bytes.span.bytes, to: &cell)
        return cell
    }

    func lines(of outcome: ShardOutcome) -> [UInt8] {
        let lines = native.lines(of: outcome)
        var output: [UInt8] = []
        output.reserveCapacity(lines.count)
        var scratch = Scratch()
        var start = 0
        // No JSON value holds a line feed as it is.
        while let end = lines[start...].firstIndex(of: UInt8(ascii: "\n")) {
            append(lines.span.bytes.extracting(start..<end), scratch: &scratch, to: &output)
            output += lineEnd
            start = end + 1
        }
        return output
    }

    func appendLine(of outcome: ShardOutcome, record: Int, to output: inout [UInt8]) {
        var line: [UInt8] = []
        native.appendLine(of: outcome, record: record, to: &line)
        var scratch = Scratch()
        append(line.span.bytes, scratch: &scratch, to: &output)
    }

    /// What is used again for every line.
    private struct Scratch {
        var line = ScannedRecord()
        var parts = ScannedRecord()
        /// The member whose parts these are.
        var partsOf: Int?
    }

    private func append(_ line: RawSpan, scratch: inout Scratch, to output: inout [UInt8]) {
        let failure = scanner.scan(line, into: &scratch.line)
        precondition(failure == nil, "a native line is JSON within the limits of its record")
        scratch.partsOf = nil
        let start = output.count
        for (index, column) in columns.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            switch column {
            case .member(let member, let absent):
                let value = scratch.line[member]
                if value.kind == .absent { JSONWriter.appendRaw(absent, to: &output) }
                Self.append(value, of: line, to: &output)
            case .part(let member, let part):
                let object = line.extracting(scratch.line[member].range)
                if scratch.partsOf != member {
                    let failure = partScanner.scan(object, into: &scratch.parts)
                    precondition(failure == nil, "scores and values are objects")
                    scratch.partsOf = member
                }
                Self.append(scratch.parts[part], of: object, to: &output)
            }
        }
        // Readers pass over blank lines, and a record must not be passed over.
        if output.count == start { output += [UInt8(ascii: "\""), UInt8(ascii: "\"")] }
    }

    private static func append(_ value: ScannedValue, of line: RawSpan, to output: inout [UInt8]) {
        switch value.kind {
        case .absent, .null: break
        case .number, .true, .false: JSONWriter.appendRaw(line.extracting(value.range), to: &output)
        case .object, .array: appendQuoted(line.extracting(value.range), to: &output)
        case .string where value.hasEscapes:
            var text: [UInt8] = []
            JSONText.appendUnescaped(line.extracting(value.contents), to: &text)
            appendQuoted(text.span.bytes, to: &output)
        case .string: appendQuoted(line.extracting(value.contents), to: &output)
        }
    }

    private static func appendQuoted(_ text: RawSpan, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        text.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while let quote = rest.firstIndex(of: UInt8(ascii: "\"")) {
                output += rest[...quote]
                output.append(UInt8(ascii: "\""))
                rest = rest[(quote + 1)...]
            }
            output += rest
        }
        output.append(UInt8(ascii: "\""))
    }
}

extension QueueConfiguration.Output {
    /// The most columns that a field of a CSV file is spread over; beyond, it is JSON text in one.
    private static let spreadMaximum = 100

    /// Whether a field of a CSV file has a column for each of the model's names; scores only where all are written.
    func spreads(_ field: OutputField, of model: any BatchModel) -> Bool {
        guard model.labels.count <= Self.spreadMaximum else { return false }
        return field == .values || field == .scores && scores >= model.labels.count
    }

    /// The header of a CSV file.
    func columnNames(of model: any BatchModel) -> [String] {
        let own = fields(of: model).flatMap { field -> [String] in
            guard spreads(field, of: model) else { return [name(of: field.rawValue)] }
            let prefix = rename[field.rawValue] ?? (field == .scores ? "score" : "value")
            return model.labels.map { "\(prefix)_\($0)" }
        }
        return own + pass.map(name(of:))
    }
}
