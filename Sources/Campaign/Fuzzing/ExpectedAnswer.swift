import BatchCore
import JSONLines
import Spool

/// What batchd must answer to a line, worked out from what the oracle says of it.
struct ExpectedAnswer {
    /// The error's word, nil where the line has a result.
    var code: String?
    /// The line, or the one that it holds where it is of an errors file.
    var original: ArraySlice<UInt8>
    /// The text for the model, where there is a result.
    var text: ArraySlice<UInt8> = []
    /// What the record's id means, nil where it has none.
    var id: [UInt8]?
}

/// Works out answers, in the order in which `docs/FORMATS.md` states the rules.
final class AnswerReference {
    private let oracle: LineOracle
    private let limits: InputLimits
    private let idBytesMaximum: Int
    /// Only finds how long parts of a line are; that it finds the right ones is held against the oracle elsewhere.
    private let measuring: RecordScanner
    private var scanned = ScannedRecord()
    private var values: [LineOracle.Value] = []

    init(oracle: LineOracle, limits: InputLimits, idBytesMaximum: Int) {
        self.oracle = oracle
        self.limits = limits
        self.idBytesMaximum = idBytesMaximum
        measuring = RecordScanner(keys: LineComparison.keys, limits: limits.forReplay)
    }

    /// The answer to a line.
    func answer(to line: ArraySlice<UInt8>) -> ExpectedAnswer {
        var answer = ExpectedAnswer(original: line)
        if line.count > limits.forReplay.lineBytesMaximum { return tooLong(line) }
        answer.code = judge(line)
        if answer.code == nil, let held = heldLine() {
            answer.original = held[...]
            answer.code = judge(answer.original)
        }
        var length = answer.original.count
        if answer.code == nil {
            _ = measuring.scan(answer.original.span.bytes, into: &scanned)
            let error = scanned[LineKey.error.index]
            if error.kind == .object { length -= error.range.count + ",\"_error\":".utf8.count }
        }
        if length > limits.lineBytesMaximum { return tooLong(answer.original) }
        if answer.code == nil { fill(&answer) }
        return answer
    }

    private func tooLong(_ line: ArraySlice<UInt8>) -> ExpectedAnswer {
        ExpectedAnswer(code: ScanFailure.Code.lineTooLong.rawValue, original: line)
    }

    /// An error record may have a key more than others.
    private func judge(_ line: ArraySlice<UInt8>) -> String? {
        let verdict = oracle.judge(line, limits: limits, values: &values)
        guard verdict == .invalidJSON, oracle.judge(line, limits: limits.forReplay, values: &values) == .record,
            values[LineKey.error.index].kind == .object
        else { return verdict.code }
        return nil
    }

    /// The line that an error record holds as text.
    private func heldLine() -> [UInt8]? {
        let (raw, base64) = (values[LineKey.raw.index], values[LineKey.rawBase64.index])
        guard values[LineKey.error.index].kind == .object else { return nil }
        var held: [UInt8]?
        if raw.kind == .string, base64.kind == .absent { held = Array(raw.text) }
        if raw.kind == .absent, base64.kind == .string { held = Self.decoded(base64: base64.text) }
        return held.flatMap { $0.contains(UInt8(ascii: "\n")) ? nil : $0 }
    }

    private func fill(_ answer: inout ExpectedAnswer) {
        let texts = [LineKey.text, .inputText, .input].lazy.map { self.values[$0.index] }
        guard let text = texts.first(where: { $0.kind != .absent }) else {
            return answer.code = RecordErrorCode.missingField.rawValue
        }
        guard text.kind == .string else { return answer.code = RecordErrorCode.wrongType.rawValue }
        answer.text = text.text
        for key in [LineKey.id, .customID, .recordID] {
            let id = values[key.index]
            if id.kind == .absent || id.kind == .null { continue }
            guard id.kind == .string || id.kind == .number else {
                return answer.code = RecordErrorCode.wrongType.rawValue
            }
            if scanned[key.index].contents.count > idBytesMaximum {
                return answer.code = RecordErrorCode.idTooLong.rawValue
            }
            return answer.id = id.meaning
        }
    }

    /// Base64 by its definition, a bit at a time; nil where it is not the one form that an encoder writes.
    private static func decoded(base64 text: ArraySlice<UInt8>) -> [UInt8]? {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        guard text.count.isMultiple(of: 4) else { return nil }
        let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2 else { return nil }
        var bits: [Bool] = []
        for byte in text.dropLast(padding) {
            guard let value = alphabet.firstIndex(of: byte) else { return nil }
            bits += (0..<6).reversed().map { value >> $0 & 1 == 1 }
        }
        let whole = bits.count / 8 * 8
        guard !bits[whole...].contains(true) else { return nil }
        return stride(from: 0, to: whole, by: 8).map { start in
            bits[start..<start + 8].reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
        }
    }
}
