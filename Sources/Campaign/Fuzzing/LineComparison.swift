import JSONLines

/// Holds the scanner and the writer of error lines against another parser, a line at a time.
final class LineComparison {
    /// The keys that are taken out of every line: those of a record, of an error line, and of what batchd writes.
    static let keys = LineKey.allCases.map(\.rawValue)

    let oracle: LineOracle
    /// Takes error lines, which may have a key more.
    let errorScanner: RecordScanner
    private let limits: InputLimits
    private let scanner: RecordScanner
    private var errorLine: ErrorLine
    private var scanned = ScannedRecord()
    private var values: [LineOracle.Value] = []
    private var output: [UInt8] = []

    /// How many lines came to each end, by the oracle's word.
    private(set) var counts: [String: Int] = [:]

    init(oracle: LineOracle, limits: InputLimits) {
        self.oracle = oracle
        self.limits = limits
        scanner = RecordScanner(keys: Self.keys, limits: limits)
        errorScanner = RecordScanner(keys: Self.keys, limits: limits.forReplay)
        errorLine = ErrorLine(limits: limits)
    }

    /// What the two see differently in a line, or what its error line does not keep.
    func violations(of line: ArraySlice<UInt8>) -> [String] {
        let expected = oracle.judge(line, limits: limits, values: &values)
        counts[expected.code ?? "record", default: 0] += 1
        let failure = scanner.scan(line.span.bytes, into: &scanned)
        guard failure?.code.rawValue == expected.code else {
            let found = failure.map { "\($0.code.rawValue) at \($0.offset), \($0.reason)" } ?? "record"
            return ["the scanner says \(found), the oracle \(expected.code ?? "record")"]
        }
        if let failure, !(0...line.count).contains(failure.offset) {
            return ["the scanner finds a fault at byte \(failure.offset) of \(line.count)"]
        }
        var found: [String] = []
        if failure == nil {
            for (index, key) in Self.keys.enumerated() {
                guard let wrong = difference(scanned[index], values[index], in: line) else { continue }
                found.append("'\(key)' \(wrong)")
            }
        }
        return found + violationsOfErrorLine(for: line)
    }

    private func difference(
        _ value: ScannedValue,
        _ expected: LineOracle.Value,
        in line: ArraySlice<UInt8>
    ) -> String? {
        guard value.kind == expected.kind else { return "is \(value.kind), not \(expected.kind)" }
        let at = { (range: Range<Int>) in line[line.startIndex + range.lowerBound..<line.startIndex + range.upperBound]
        }
        switch value.kind {
        case .absent: return nil
        case .string:
            output.removeAll(keepingCapacity: true)
            if value.hasEscapes {
                JSONText.appendUnescaped(at(value.contents).span.bytes, to: &output)
            } else {
                output += at(value.contents)
            }
            return output.elementsEqual(expected.text) ? nil : "has another text"
        case .number:
            let number = Double(String(decoding: at(value.range), as: UTF8.self)) ?? .nan
            if number.magnitude < 0x1p63 && number != expected.number { return "is \(number), not \(expected.number)" }
            fallthrough
        default:
            return oracle.meaning(of: at(value.range)) == expected.meaning ? nil : "means something else"
        }
    }

    /// An error line must be one line that the oracle takes, and give back what it was made of.
    private func violationsOfErrorLine(for line: ArraySlice<UInt8>) -> [String] {
        let error = RecordError(code: "some_code", message: "m", line: 7, byteOffset: 0, attempts: 0)
        var written: [UInt8] = []
        errorLine.append(error, original: line.span.bytes, to: &written)
        guard written.firstIndex(of: UInt8(ascii: "\n")) == written.count - 1 else {
            return ["the error line is not one line"]
        }
        return holds(written.dropLast(), line) ? [] : ["the error line holds something else"]
    }

    /// Whether an error line gives back a line: as text its bytes, as members its meaning.
    func holds(_ error: ArraySlice<UInt8>, _ line: ArraySlice<UInt8>) -> Bool {
        if let held = heldLine(error) { return held.elementsEqual(line) }
        guard let kept = oracle.meaning(of: error, without: LineKey.error.rawValue) else { return false }
        return kept == oracle.meaning(of: line, without: LineKey.error.rawValue)
    }

    /// Whether an error line gives back the beginning of a line that was too long, and cuts no character in two.
    func holdsBeginning(_ error: ArraySlice<UInt8>, of line: ArraySlice<UInt8>) -> Bool {
        let full = min(limits.overlongLineKeptBytes, limits.lineBytesMaximum)
        let isBoundary = { (end: Int) in line[line.startIndex + end] & 0xC0 != 0x80 }
        // No character has more than three bytes behind its first; where more follow, it is none.
        let end = (full - 3...full).reversed().first(where: isBoundary) ?? full
        return heldLine(error)?.elementsEqual(line.prefix(end)) == true
    }

    private func heldLine(_ error: ArraySlice<UInt8>) -> [UInt8]? {
        guard errorScanner.scan(error.span.bytes, into: &scanned) == nil else { return nil }
        var held: [UInt8] = []
        let isWrapped = ErrorLine.appendOriginal(
            of: error.span.bytes,
            error: scanned[LineKey.error.index],
            raw: scanned[LineKey.raw.index],
            rawBase64: scanned[LineKey.rawBase64.index],
            to: &held
        )
        return isWrapped ? held : nil
    }
}
