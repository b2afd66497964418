extension ConfigurationDocument {
    /// Refuses YAML's anchors and aliases before the parser follows them: a dozen lines of them can stand for more
    /// nodes than there is memory, and no key of ours needs them.
    static func refuseAnchors(in yaml: String, file: String) throws(ConfigurationError) {
        var quote: UInt8?
        var previous = UInt8(ascii: "\n")
        var line = 1
        let bytes = Array(yaml.utf8)
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\n") { line += 1 }
            let startsToken = " \n[{,:-?".utf8.contains(previous)
            if let open = quote {
                if byte == open { quote = nil }
            } else if startsToken && (byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")) {
                quote = byte
            } else if startsToken && (byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*"))
                && index + 1 < bytes.count,
                !" \n".utf8.contains(bytes[index + 1])
            {
                throw ConfigurationError(
                    code: .invalidYAML,
                    file: file,
                    line: line,
                    message: "anchors and aliases (& and *) are not supported; write the value out, or quote the text"
                )
            } else if startsToken && byte == UInt8(ascii: "#") {
                // A comment may say anything; it ends with its line.
                quote = UInt8(ascii: "\n")
            }
            previous = byte
        }
    }
}
