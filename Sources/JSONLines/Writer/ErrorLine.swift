/// Writes records that failed as lines that are valid input, and gets the records back from such lines.
///
/// A record that is an object keeps its members byte for byte and gains `_error`; an old `_error` goes. Any other line
/// becomes `{"_raw":"…","_error":…}`, or `{"_raw_base64":"…","_error":…}` where it is not UTF-8. So does
/// an object that has a key `_raw` or `_raw_base64` of its own, because reading it back would take that for the line.
public struct ErrorLine: Sendable {
    /// The keys a scanner must want for `appendOriginal`, in the order of its parameters.
    public static let keys = ["_error", "_raw", "_raw_base64"]

    private let scanner: RecordScanner
    private let limits: InputLimits
    private var record = ScannedRecord()

    /// Creates a writer.
    ///
    /// - Parameter limits: The limits that the records were read with.
    public init(limits: InputLimits = InputLimits()) {
        scanner = RecordScanner(keys: Self.keys, limits: limits)
        self.limits = limits
    }

    /// Appends an error line with its line feed.
    ///
    /// - Parameters:
    ///   - error: What `_error` says.
    ///   - original: The record's line without its terminator, hence without line feeds.
    ///   - isCutShort: Whether `original` is only the beginning of a line that was too long.
    ///   - output: Where the line goes.
    public mutating func append(
        _ error: RecordError,
        original: RawSpan,
        isCutShort: Bool = false,
        to output: inout [UInt8]
    ) {
        let failure = scanner.scan(original, into: &record)
        if failure?.code == .invalidUTF8 {
            JSONWriter.appendRaw("{\"_raw_base64\":\"", to: &output)
            Base64.append(original, to: &output)
            JSONWriter.appendRaw("\",", to: &output)
        } else if failure != nil || isCutShort || record[1].kind != .absent || record[2].kind != .absent {
            JSONWriter.appendRaw("{\"_raw\":", to: &output)
            JSONWriter.appendString(original, to: &output)
            JSONWriter.appendRaw(",", to: &output)
        } else {
            appendMembers(of: original, to: &output)
        }
        JSONWriter.appendRaw("\"_error\":", to: &output)
        error.append(to: &output)
        JSONWriter.appendRaw("}\n", to: &output)
    }

    /// Appends the line that an error line was made of.
    ///
    /// - Parameters:
    ///   - line: The error line, as it was scanned.
    ///   - error: The value of `_error`.
    ///   - raw: The value of `_raw`.
    ///   - rawBase64: The value of `_raw_base64`.
    ///   - output: Receives the line's bytes, which need scanning of their own.
    /// - Returns: Whether `line` holds another line; if not it stands for itself, `_error` or not.
    public static func appendOriginal(
        of line: RawSpan,
        error: ScannedValue,
        raw: ScannedValue,
        rawBase64: ScannedValue,
        to output: inout [UInt8]
    ) -> Bool {
        guard error.kind == .object else { return false }
        let start = output.count
        switch (raw.kind, rawBase64.kind) {
        case (.string, .absent): JSONText.appendUnescaped(line.extracting(raw.contents), to: &output)
        case (.absent, .string):
            // Some tools write a solidus as an escape, and Base64 has it.
            var text: [UInt8] = []
            JSONText.appendUnescaped(line.extracting(rawBase64.contents), to: &text)
            guard Base64.appendDecoded(text.span.bytes, to: &output) else { return false }
        default: return false
        }
        // No line held a line feed: it would turn into two lines wherever parts of this one are written again.
        guard !output[start...].contains(UInt8(ascii: "\n")) else {
            output.removeSubrange(start...)
            return false
        }
        return true
    }

    /// Appends an object, which was found valid, without `_error` members, up to where another member may follow.
    private func appendMembers(of object: RawSpan, to output: inout [UInt8]) {
        object.withUnsafeBytes { bytes in
            let members = (try? ObjectMembers.all(in: bytes, limits: limits)) ?? []
            output.append(UInt8(ascii: "{"))
            for member in members where member.key != Self.errorKey {
                output.append(contentsOf: bytes[member.range])
                output.append(UInt8(ascii: ","))
            }
        }
    }

    private static let errorKey = Array("_error".utf8)
}
