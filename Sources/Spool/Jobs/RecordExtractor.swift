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
        block.hasPairs = keys.pair != nil
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
            let failure = tooLong(fullLength, &place, in: block)
            return block.failures.append(place.failure(failure))
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
        do throws(Problem) {
            try appendRecord(at: place, to: &block)
        } catch {
            block.texts.removeLast(block.texts.count - (block.records.last?.pairEnd ?? 0))
            block.failures.append(place.failure(error.code, error.message))
        }
    }

    private func appendRecord(at place: Place, to block: inout RecordBlock) throws(Problem) {
        try appendText(keys.text, of: place, to: &block)
        let textEnd = block.texts.count
        if let pair = keys.pair { try appendText(pair, of: place, to: &block) }
        let id = try recordID(of: place, in: &block)
        for field in keys.passed {
            block.passedFields.append(copiedValue(scanned[field], of: place, in: &block))
        }
        for field in keys.grouped {
            block.groupFields.append(groupValue(scanned[field], of: place, in: &block))
        }
        block.records.append(
            InputRecord(
                line: place.line.number,
                ordinal: place.ordinal,
                byteOffset: place.line.byteOffset,
                raw: place.raw,
                textEnd: textEnd,
                pairEnd: block.texts.count,
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

    /// Where the text lies by which a record belongs to a group; empty where the value names none.
    private func groupValue(_ value: ScannedValue, of place: Place, in block: inout RecordBlock) -> Range<Int> {
        switch value.kind {
        case .number, .true, .false: return value.range.shifted(by: place.raw.lowerBound)
        case .string where value.hasEscapes:
            let contents = value.contents.shifted(by: place.raw.lowerBound)
            let start = block.bytes.count
            var text: [UInt8] = []
            JSONText.appendUnescaped(block.bytes.span.bytes.extracting(contents), to: &text)
            block.bytes += text
            return start..<block.bytes.count
        case .string: return value.contents.shifted(by: place.raw.lowerBound)
        default: return 0..<0
        }
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

    /// Appends a text; what was appended before a problem was found is left there.
    private func appendText(
        _ text: WantedKeys.Text,
        of place: Place,
        to block: inout RecordBlock
    ) throws(Problem) {
        switch text {
        case .firstOf(let fields):
            for field in fields where scanned[field].kind != .absent {
                return try appendField(field, of: place, to: &block)
            }
            let names = fields.map { keys.names[$0] }
            throw Problem(
                code: .missingField,
                message: names.count == 1
                    ? "The record lacks the field '\(names[0])'."
                    : "The record has none of the fields \(names.joined(separator: ", "))."
            )
        case .template(let parts):
            for part in parts {
                switch part {
                case .literal(let literal): block.texts += literal
                case .field(let field): try appendField(field, of: place, to: &block)
                }
            }
        }
    }

    private func appendField(_ field: Int, of place: Place, to block: inout RecordBlock) throws(Problem) {
        let value = scanned[field]
        guard value.kind == .string else {
            let name = keys.names[field]
            throw value.kind == .absent
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
    }

    private func recordID(of place: Place, in block: inout RecordBlock) throws(Problem) -> Range<Int>? {
        for field in keys.id {
            let value = scanned[field]
            switch value.kind {
            case .absent, .null: continue
            case .string, .number:
                guard value.contents.count <= configuration.limits.idBytes else {
                    throw Problem(
                        code: .idTooLong,
                        message: "The id has \(value.contents.count) bytes; "
                            + "the limit is \(configuration.limits.idBytes)."
                    )
                }
                return copiedValue(value, of: place, in: &block)
            default:
                let message = "The id '\(keys.names[field])' is no string or number."
                throw Problem(code: .wrongType, message: message)
            }
        }
        return nil
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

extension Range<Int> {
    func shifted(by offset: Int) -> Range<Int> {
        lowerBound + offset..<upperBound + offset
    }
}
