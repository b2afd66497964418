public import BatchCore
public import JSONLines

/// Turns the lines of a shard into records: checks the JSON, takes out text, id and passed-through fields.
public struct RecordExtractor {
    private let configuration: QueueConfiguration
    private let limits: InputLimits
    private let scanner: RecordScanner
    /// Allows an error line the key that its record did not have.
    private let replayScanner: RecordScanner
    private var scanned = ScannedRecord()
    private let keys: WantedKeys

    /// Creates an extractor for one queue's records.
    public init(configuration: QueueConfiguration) {
        self.configuration = configuration
        limits = configuration.inputLimits
        keys = WantedKeys(configuration)
        scanner = RecordScanner(keys: keys.names, limits: limits)
        replayScanner = RecordScanner(keys: keys.names, limits: limits.forReplay)
    }

    /// Extracts the records of a shard.
    ///
    /// - Parameters:
    ///   - lines: The shard's lines.
    ///   - ordinals: The positions of the lines that are wanted; others are left out as if they were not there.
    ///   - poison: Records that must not reach the model, with how often each failed alone.
    /// - Returns: Records and failures in input order.
    public mutating func extract(_ lines: LineBlock, ordinals: Range<Int>, poison: [Int: Int] = [:]) -> RecordBlock {
        var block = RecordBlock(bytes: lines.bytes)
        block.texts.reserveCapacity(lines.bytes.count)
        block.records.reserveCapacity(ordinals.count)
        for ordinal in ordinals where ordinal < lines.lines.count {
            extract(lines.lines[ordinal], ordinal: ordinal, attempts: poison[ordinal], into: &block)
        }
        return block
    }

    private mutating func extract(_ line: Line, ordinal: Int, attempts: Int?, into block: inout RecordBlock) {
        var place = Place(line: line, ordinal: ordinal)
        if let fullLength = line.fullLength {
            return block.failures.append(place.failure(tooLong(fullLength, &place, in: block)))
        }
        if let failure = scan(&place, in: &block) {
            return block.failures.append(place.failure(failure))
        }
        if let attempts {
            let message =
                "The model's worker died or hung on this record alone \(attempts) times, "
                + "while a known-good text passed."
            return block.failures.append(place.failure(.poison, message, attempts: attempts))
        }
        if let problem = appendText(of: place, to: &block) {
            return block.failures.append(place.failure(problem.code, problem.message))
        }
        let id: Range<Int>?
        switch recordID(of: place, in: &block) {
        case .success(let range): id = range
        case .failure(let problem):
            block.texts.removeLast(block.texts.count - (block.records.last?.textEnd ?? 0))
            return block.failures.append(place.failure(problem.code, problem.message))
        }
        for field in keys.passed {
            block.passedFields.append(copiedValue(scanned[field], of: place, in: &block))
        }
        block.records.append(
            InputRecord(
                line: line.number,
                ordinal: ordinal,
                byteOffset: line.byteOffset,
                raw: place.raw,
                textEnd: block.texts.count,
                id: id
            )
        )
    }

    /// Where a value that is copied to the results lies.
    ///
    /// A string with escapes is written anew: half a surrogate pair is a legal escape, but readers such as jq refuse
    /// the whole file for it.
    private func copiedValue(_ value: ScannedValue, of place: Place, in block: inout RecordBlock) -> Range<Int> {
        guard value.kind == .string, value.hasEscapes else { return value.range.shifted(by: place.raw.lowerBound) }
        var text: [UInt8] = []
        let contents = value.contents.shifted(by: place.raw.lowerBound)
        JSONText.appendUnescaped(block.bytes.span.bytes.extracting(contents), to: &text)
        let start = block.bytes.count
        JSONWriter.appendString(text.span.bytes, to: &block.bytes)
        return start..<block.bytes.count
    }

    /// Scans a line; a line of an errors file is first turned back into what it was.
    ///
    /// Lines are cut with room for what an error line adds. The limits hold for the record without it, so that a
    /// record which kept to them can always be replayed.
    private mutating func scan(_ place: inout Place, in block: inout RecordBlock) -> ScanFailure? {
        var failure = scanBytes(place.raw, of: block)
        if failure == nil, unwrap(&place, in: &block) { failure = scanBytes(place.raw, of: block) }
        var length = place.raw.count
        if failure == nil, scanned[keys.error].kind == .object {
            length -= scanned[keys.error].range.count + #","_error":"#.utf8.count
        }
        return length > limits.lineBytesMaximum ? tooLong(place.raw.count, &place, in: block) : failure
    }

    /// Replaces a line that holds another as text by that other.
    private func unwrap(_ place: inout Place, in block: inout RecordBlock) -> Bool {
        var original: [UInt8] = []
        let isWrapped = ErrorLine.appendOriginal(
            of: block.bytes.span.bytes.extracting(place.raw),
            error: scanned[keys.error],
            raw: scanned[keys.raw],
            rawBase64: scanned[keys.rawBase64],
            to: &original
        )
        guard isWrapped else { return false }
        let start = block.bytes.count
        block.bytes += original
        place.raw = start..<block.bytes.count
        return true
    }

    private mutating func scanBytes(_ range: Range<Int>, of block: RecordBlock) -> ScanFailure? {
        let line = block.bytes.span.bytes.extracting(range)
        guard let failure = scanner.scan(line, into: &scanned) else { return nil }
        guard failure.code == .invalidJSONLine, replayScanner.scan(line, into: &scanned) == nil else { return failure }
        return scanned[keys.error].kind == .object ? nil : failure
    }

    /// Fails a line for its length and keeps its beginning, cutting no UTF-8 sequence in two.
    private func tooLong(_ fullLength: Int, _ place: inout Place, in block: RecordBlock) -> ScanFailure {
        let kept = min(place.raw.count, limits.overlongLineKeptBytes, limits.lineBytesMaximum)
        var end = place.raw.lowerBound + kept
        let isContinuation = { (index: Int) in index < block.bytes.count && block.bytes[index] & 0xC0 == 0x80 }
        if end < place.raw.upperBound {
            let cut = (0...3).map { end - $0 }.first { $0 > place.raw.lowerBound && !isContinuation($0) }
            end = cut ?? end
        }
        place.raw = place.raw.lowerBound..<end
        return ScanFailure.lineTooLong(fullLength: fullLength, limits: limits)
    }

    private func appendText(of place: Place, to block: inout RecordBlock) -> Problem? {
        switch keys.text {
        case .firstOf(let fields):
            for field in fields where scanned[field].kind != .absent {
                return appendField(field, of: place, to: &block)
            }
            let names = fields.map { keys.names[$0] }.joined(separator: ", ")
            return Problem(code: .missingField, message: "The record has none of the fields \(names).")
        case .template(let parts):
            let start = block.texts.count
            for part in parts {
                switch part {
                case .literal(let literal): block.texts += literal
                case .field(let field):
                    if let problem = appendField(field, of: place, to: &block) {
                        block.texts.removeLast(block.texts.count - start)
                        return problem
                    }
                }
            }
            return nil
        }
    }

    private func appendField(_ field: Int, of place: Place, to block: inout RecordBlock) -> Problem? {
        let value = scanned[field]
        guard value.kind == .string else {
            let name = keys.names[field]
            return value.kind == .absent
                ? Problem(code: .missingField, message: "The record lacks the field '\(name)'.")
                : Problem(code: .wrongType, message: "The field '\(name)' is no string.")
        }
        let contents = value.contents.shifted(by: place.raw.lowerBound)
        if value.hasEscapes {
            // A local copy shares its memory, and lets the span live while the texts grow.
            let bytes = block.bytes
            JSONText.appendUnescaped(bytes.span.bytes.extracting(contents), to: &block.texts)
        } else {
            block.bytes.withUnsafeBytes { block.texts.append(contentsOf: $0[contents]) }
        }
        return nil
    }

    private func recordID(of place: Place, in block: inout RecordBlock) -> Result<Range<Int>?, Problem> {
        for field in keys.id {
            let value = scanned[field]
            switch value.kind {
            case .absent, .null: continue
            case .string, .number:
                guard value.contents.count <= configuration.limits.idBytes else {
                    let message =
                        "The id has \(value.contents.count) bytes; "
                        + "the limit is \(configuration.limits.idBytes)."
                    return .failure(Problem(code: .idTooLong, message: message))
                }
                return .success(copiedValue(value, of: place, in: &block))
            default:
                let message = "The id '\(keys.names[field])' is no string or number."
                return .failure(Problem(code: .wrongType, message: message))
            }
        }
        return .success(nil)
    }

    private struct Problem: Error {
        var code: RecordErrorCode
        var message: String
    }

    /// Where a line lies and how errors name it.
    private struct Place {
        let line: Line
        let ordinal: Int
        var raw: Range<Int>

        init(line: Line, ordinal: Int) {
            self.line = line
            self.ordinal = ordinal
            raw = line.range
        }

        func failure(_ code: RecordErrorCode, _ message: String, attempts: Int = 0) -> RecordFailure {
            RecordFailure(
                line: line.number,
                ordinal: ordinal,
                byteOffset: line.byteOffset,
                raw: raw,
                code: code,
                message: message,
                attempts: attempts
            )
        }

        func failure(_ failure: ScanFailure) -> RecordFailure {
            self.failure(RecordErrorCode(rawValue: failure.code.rawValue), failure.reason)
        }
    }
}

/// The keys that a queue's records are searched for, each once, and what each is for.
private struct WantedKeys: Sendable {
    enum Text: Sendable {
        case firstOf([Int])
        case template([Part])
    }

    enum Part: Sendable {
        case literal([UInt8])
        case field(Int)
    }

    private(set) var names: [String] = []
    private(set) var text = Text.firstOf([])
    private(set) var id: [Int] = []
    private(set) var passed: [Int] = []
    private(set) var raw = 0
    private(set) var rawBase64 = 0
    private(set) var error = 0

    init(_ configuration: QueueConfiguration) {
        switch configuration.input.text {
        case .firstOf(let fields): text = .firstOf(fields.map { want($0) })
        case .template(let template):
            text = .template(
                template.parts.map { part in
                    switch part {
                    case .literal(let literal): .literal(Array(literal.utf8))
                    case .field(let name): .field(want(name))
                    }
                }
            )
        }
        id = configuration.input.idFields.map { want($0) }
        passed = configuration.output.pass.map { want($0) }
        raw = want("_raw")
        rawBase64 = want("_raw_base64")
        error = want("_error")
    }

    private mutating func want(_ name: String) -> Int {
        if let index = names.firstIndex(of: name) { return index }
        names.append(name)
        return names.count - 1
    }
}

extension Range<Int> {
    func shifted(by offset: Int) -> Range<Int> {
        lowerBound + offset..<upperBound + offset
    }
}
