/// Text that somebody else wrote: labels, ids, messages, values of fields, names of files.
enum ForeignText {
    /// The characters of such a text that are shown at most.
    static let charactersMaximum = 400

    /// Makes the text harmless in the content of an element and in a quoted attribute.
    ///
    /// Whatever a browser would act on becomes a reference; what nobody would see, or what turns the direction of
    /// writing, is written out, so that a text cannot look like another one.
    ///
    /// - Parameters:
    ///   - text: Any text.
    ///   - output: Receives UTF-8.
    static func append(_ text: String, to output: inout [UInt8]) {
        if text.utf8.allSatisfy(isPlain) { return output.append(contentsOf: text.utf8) }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += Array("&amp;".utf8)
            case "<": output += Array("&lt;".utf8)
            case ">": output += Array("&gt;".utf8)
            case "\"": output += Array("&quot;".utf8)
            case "'": output += Array("&#39;".utf8)
            case _ where isInvisible(scalar): output += Array("\\u{\(String(scalar.value, radix: 16))}".utf8)
            default: output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }

    /// Whether a byte stands for itself; most texts have no others.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
        default: byte >= 0x20 && byte < 0x7F
        }
    }

    /// The beginning of a text that is too long to be shown.
    static func shortened(_ text: String, to maximum: Int = charactersMaximum) -> String {
        // Counted in scalars, since one character may be a million of them.
        guard text.unicodeScalars.count > maximum else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(maximum - 1))) + "…"
    }

    /// Controls, line ends that are not called so, and format characters, except for the two joiners, without which
    /// several scripts and most families of emoji cannot be written.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        case .format: scalar != "\u{200C}" && scalar != "\u{200D}"
        default: false
        }
    }
}
