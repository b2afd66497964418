/// Why a line is no record.
public struct ScanFailure: Error, Sendable, Equatable {
    /// The stable word of the error line.
    public enum Code: String, Sendable {
        /// The line is no JSON text, or goes beyond a limit on depth or keys.
        case invalidJSONLine = "invalid_json_line"
        /// The line is not UTF-8.
        case invalidUTF8 = "invalid_utf8"
        /// The line is a JSON text, but no object.
        case notAnObject = "not_an_object"
        /// The line is longer than the limit.
        case lineTooLong = "line_too_long"
    }

    /// The stable word.
    public var code: Code
    /// What is wrong, for a person.
    public var reason: String
    /// Where it is wrong, in bytes from the line's start.
    public var offset: Int

    /// Creates a failure.
    public init(code: Code, reason: String, offset: Int) {
        self.code = code
        self.reason = reason
        self.offset = offset
    }

    /// The failure of a line that the reader cut short.
    public static func lineTooLong(fullLength: Int, limits: InputLimits) -> ScanFailure {
        ScanFailure(
            code: .lineTooLong,
            reason: "The line has \(fullLength) bytes; the limit is \(limits.lineBytesMaximum). "
                + "Only its first \(min(limits.overlongLineKeptBytes, limits.lineBytesMaximum)) bytes are kept here.",
            offset: limits.lineBytesMaximum
        )
    }
}
