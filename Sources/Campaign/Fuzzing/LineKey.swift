/// A key that is looked for in every fuzzed line, and in every line that batchd makes of one.
enum LineKey: String, CaseIterable {
    case text
    case inputText = "input_text"
    case input
    case id
    case customID = "custom_id"
    case recordID = "recordId"
    case error = "_error"
    case raw = "_raw"
    case rawBase64 = "_raw_base64"
    case line
    case code
    case byteOffset = "byte_offset"

    /// Where its value stands among those of all keys.
    var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
