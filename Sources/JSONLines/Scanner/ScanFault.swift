/// Where and why the cursor stopped; small, so that the hot loops carry no text.
struct ScanFault: Error {
    enum Reason {
        case emptyLine
        case byteOrderMark
        case unexpectedByte
        case unexpectedEnd
        case expectedKey
        case expectedColon
        case expectedCommaOrBrace
        case expectedCommaOrBracket
        case unterminatedString
        case controlCharacter
        case invalidEscape
        case invalidNumber
        case trailingBytes
        case notUTF8
        case tooDeep
        case tooManyKeys
    }

    var reason: Reason
    var offset: Int
}

extension ScanFault {
    /// The fault in words.
    func failure(limits: InputLimits) -> ScanFailure {
        ScanFailure(
            code: reason == .notUTF8 ? .invalidUTF8 : .invalidJSONLine,
            reason: sentence(limits: limits),
            offset: offset
        )
    }

    private func sentence(limits: InputLimits) -> String {
        switch reason {
        case .emptyLine: "The line is empty."
        case .byteOrderMark: "A byte order mark may stand at the start of a file only."
        case .unexpectedByte: "No JSON value starts with this byte."
        case .unexpectedEnd: "The line ends where a value or key should stand."
        case .expectedKey: "A key in quotation marks should stand here."
        case .expectedColon: "A colon should follow the key."
        case .expectedCommaOrBrace: "A comma or a closing brace should follow the value."
        case .expectedCommaOrBracket: "A comma or a closing bracket should follow the value."
        case .unterminatedString: "The line ends inside a string."
        case .controlCharacter: "A control character in a string must be escaped."
        case .invalidEscape: "The string holds an escape that JSON does not have."
        case .invalidNumber: "The number is not written as JSON demands."
        case .trailingBytes: "Something follows the line's JSON value; each line must hold exactly one."
        case .notUTF8: "These bytes are not UTF-8."
        case .tooDeep: "Objects and arrays are nested beyond the depth limit of \(limits.depthMaximum)."
        case .tooManyKeys: "The object has more than \(limits.keysPerObjectMaximum) keys."
        }
    }
}
