public import BatchCore
public import JSONLines

/// Writes error lines: the records that have no result, each with the reason.
public struct FailureFormatter: Sendable {
    private var writer: ErrorLine
    private let part: String?

    /// Creates a formatter.
    ///
    /// - Parameters:
    ///   - limits: The limits that the records were read with.
    ///   - part: The file that the records lie in, where the job is a directory of several.
    public init(limits: InputLimits, part: String? = nil) {
        writer = ErrorLine(limits: limits)
        self.part = part
    }

    /// Appends one error line with its line feed.
    ///
    /// - Parameters:
    ///   - failure: The record and why it has no result.
    ///   - block: The block it lies in.
    ///   - output: Receives the line.
    public mutating func appendLine(of failure: RecordFailure, in block: RecordBlock, to output: inout [UInt8]) {
        writer.append(
            RecordError(
                code: failure.code.rawValue,
                message: failure.message,
                part: part,
                line: failure.line,
                byteOffset: failure.byteOffset,
                attempts: failure.attempts
            ),
            original: block.bytes.span.bytes.extracting(failure.raw),
            isCutShort: failure.code == .lineTooLong,
            to: &output
        )
    }
}
