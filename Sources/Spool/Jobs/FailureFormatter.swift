public import BatchCore
public import JSONLines

/// Writes error lines: the records that have no result, each with the reason.
public struct FailureFormatter: Sendable {
    private var writer: ErrorLine

    /// Creates a formatter.
    ///
    /// - Parameter limits: The limits that the records were read with.
    public init(limits: InputLimits) {
        writer = ErrorLine(limits: limits)
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
