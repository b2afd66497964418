import BatchTesting
import JSONLines
import Spool
import SystemPackage

/// Fuzzed lines as a job of the real binary: every line is answered once, as the oracle would have it, and what
/// became an error is an error again when the errors file is dropped.
struct FuzzedJob {
    static let queue = "fuzzed"
    static let idBytesMaximum = 32

    let root: RealRoot
    let limits: InputLimits
    let comparison: LineComparison
    private let reference: AnswerReference

    init(at directory: FilePath, limits: InputLimits, comparison: LineComparison, binary: FilePath) throws {
        let bounds =
            "{ line_bytes: \(limits.lineBytesMaximum), depth: \(limits.depthMaximum), "
            + "keys: \(limits.keysPerObjectMaximum), id_bytes: \(Self.idBytesMaximum), ratio: 100000 }"
        let queue = """
            model: sentiment
            settle_seconds: 0
            limits: \(bounds)
            output: { fields: [id, line, text] }

            """
        root = try RealRoot(at: directory, queues: [Self.queue: queue], binary: binary)
        self.limits = limits
        self.comparison = comparison
        reference = AnswerReference(oracle: comparison.oracle, limits: limits, idBytesMaximum: Self.idBytesMaximum)
    }

    /// Runs a file and then its errors, and says what is wrong.
    ///
    /// - Parameters:
    ///   - file: The file as it is dropped.
    ///   - name: Its name, with its ending.
    ///   - stream: What it holds.
    /// - Returns: What went wrong, in words.
    /// - Throws: Where the root cannot be used.
    func run(_ file: [UInt8], as name: String, holding stream: [UInt8]) throws -> [String] {
        try root.drop(file, as: name, in: Self.queue)
        let lines = LineReference.lines(of: stream, limits: limits.forReplay)
        let first = try published("fuzz", answering: lines)
        guard first.violations.isEmpty, let errors = first.job?.files[PublishedName.errors] else {
            return first.violations
        }
        try root.drop(errors, as: "errors.jsonl.zst", in: Self.queue)
        let decoded = try LineReference.decoded(errors, .zstd)
        let again = LineReference.lines(of: decoded, limits: limits.forReplay)
        return try published("fuzz.replay1", answering: again).violations.map { "replayed: \($0)" }
    }

    private func published(
        _ key: String,
        answering lines: [LineReference.Found]
    ) throws -> (job: PublishedJob?, violations: [String]) {
        let event = try root.runToEnd()
        guard event == .ended(.exited(0)) || event == .ended(.exited(65)) else {
            return (nil, ["batchd ended with \(event)"])
        }
        let job = try root.job(key, in: Self.queue)
        let broken = root.checker.violationsAtAnyInstant()
        return (job, try broken + violations(of: job, answering: lines))
    }

    private func violations(of job: PublishedJob, answering lines: [LineReference.Found]) throws -> [String] {
        var results = try LineReference.pieces(of: job.files[PublishedName.results])[...]
        var errors = try LineReference.pieces(of: job.files[PublishedName.errors])[...]
        var found: [String] = []
        for line in lines {
            let answer = reference.answer(to: line.bytes)
            let written = answer.code == nil ? results.popFirst() : errors.popFirst()
            let wrong =
                written.map {
                    answer.code == nil ? difference(result: $0, answer, line) : difference(error: $0, answer, line)
                } ?? "has no answer, \(answer.code ?? "a result") was due"
            guard let wrong else { continue }
            found.append("I1 line \(line.number) \(wrong)")
            // Whatever follows is out of step.
            break
        }
        if found.isEmpty, !results.isEmpty || !errors.isEmpty {
            found.append("I1 \(results.count) results and \(errors.count) errors answer nothing")
        }
        return found
    }

    private func difference(
        result: ArraySlice<UInt8>,
        _ answer: ExpectedAnswer,
        _ line: LineReference.Found
    ) -> String? {
        var values: [LineOracle.Value] = []
        guard comparison.oracle.judge(result, limits: InputLimits(), values: &values) == .record else {
            return "has a result that is no JSON"
        }
        guard values[LineKey.line.index].number == Double(line.number) else { return "has the result of another line" }
        guard values[LineKey.text.index].text.elementsEqual(answer.text) else { return "has another text" }
        let id = answer.id ?? values[LineKey.line.index].meaning
        return values[LineKey.id.index].meaning == id ? nil : "has another id"
    }

    private func difference(
        error: ArraySlice<UInt8>,
        _ answer: ExpectedAnswer,
        _ line: LineReference.Found
    ) -> String? {
        var scanned = ScannedRecord()
        if let failure = comparison.errorScanner.scan(error.span.bytes, into: &scanned) {
            return "has an error line that is \(failure.code.rawValue)"
        }
        let place = scanned[LineKey.error.index].range
        let detail = error[error.startIndex + place.lowerBound..<error.startIndex + place.upperBound]
        var values: [LineOracle.Value] = []
        guard comparison.oracle.judge(detail, limits: InputLimits(), values: &values) == .record else {
            return "has an error line without _error"
        }
        guard values[LineKey.line.index].number == Double(line.number) else { return "has the error of another line" }
        guard values[LineKey.byteOffset.index].number == Double(line.byteOffset) else { return "has another offset" }
        let code = String(decoding: values[LineKey.code.index].text, as: UTF8.self)
        guard code == answer.code else { return "is \(code), not \(answer.code ?? "")" }
        guard code == ScanFailure.Code.lineTooLong.rawValue else {
            return comparison.holds(error, answer.original) ? nil : "is not held by its error line"
        }
        return comparison.holdsBeginning(error, of: answer.original) ? nil : "is not begun by its error line"
    }
}
