/// What an error line says about its record, under `_error`.
public struct RecordError: Sendable, Equatable {
    /// The stable word.
    public var code: String
    /// A sentence for a person.
    public var message: String
    /// The file that the line lies in, where the job is a directory of several.
    public var part: String?
    /// The number of the line in the job, from 1.
    public var line: Int
    /// Where the line starts in the decoded job, in bytes.
    public var byteOffset: Int
    /// How often the record was tried.
    public var attempts: Int

    /// Creates the description of an error.
    public init(code: String, message: String, part: String? = nil, line: Int, byteOffset: Int, attempts: Int) {
        self.code = code
        self.message = message
        self.part = part
        self.line = line
        self.byteOffset = byteOffset
        self.attempts = attempts
    }

    /// Appends the object as JSON.
    func append(to output: inout [UInt8]) {
        JSONWriter.appendRaw("{\"code\":", to: &output)
        JSONWriter.appendString(code, to: &output)
        JSONWriter.appendRaw(",\"message\":", to: &output)
        JSONWriter.appendString(message, to: &output)
        if let part {
            JSONWriter.appendRaw(",\"part\":", to: &output)
            JSONWriter.appendString(part, to: &output)
        }
        JSONWriter.appendRaw(",\"line\":", to: &output)
        JSONWriter.appendInteger(line, to: &output)
        JSONWriter.appendRaw(",\"byte_offset\":", to: &output)
        JSONWriter.appendInteger(byteOffset, to: &output)
        JSONWriter.appendRaw(",\"attempts\":", to: &output)
        JSONWriter.appendInteger(attempts, to: &output)
        JSONWriter.appendRaw("}", to: &output)
    }
}
