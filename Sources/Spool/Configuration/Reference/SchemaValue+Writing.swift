internal import JSONLines

extension SchemaValue {
    /// The longest line that is not broken, in characters.
    private static let columnsMaximum = 120

    /// The value as indented JSON; what fits on a line stays on it.
    func written(indentation: Int = 0, columnsTaken: Int = 0) -> String {
        let short = onOneLine
        if indentation + columnsTaken + short.count <= Self.columnsMaximum, !isDocument(indentation) { return short }
        let margin = String(repeating: " ", count: indentation + 2)
        switch self {
        case .list(let elements):
            let lines = elements.map { margin + $0.written(indentation: indentation + 2) }
            return bracketed("[", lines, "]", indentation)
        case .object(let members):
            let lines = members.map { member in
                let name = Self.quoted(member.name) + ": "
                return margin + name + member.value.written(indentation: indentation + 2, columnsTaken: name.count)
            }
            return bracketed("{", lines, "}", indentation)
        default: return short
        }
    }

    /// The outermost object is broken however short it is.
    private func isDocument(_ indentation: Int) -> Bool {
        guard case .object(let members) = self else { return false }
        return indentation == 0 && !members.isEmpty
    }

    private func bracketed(_ open: String, _ lines: [String], _ close: String, _ indentation: Int) -> String {
        open + "\n" + lines.joined(separator: ",\n") + "\n" + String(repeating: " ", count: indentation) + close
    }

    private var onOneLine: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .integer(let number): String(number)
        case .number(let number): number.plain
        case .boolean(let boolean): String(boolean)
        case .list(let elements): "[" + elements.map(\.onOneLine).joined(separator: ", ") + "]"
        case .object(let members):
            members.isEmpty
                ? "{}"
                : "{ " + members.map { Self.quoted($0.name) + ": " + $0.value.onOneLine }.joined(separator: ", ") + " }"
        }
    }

    static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        JSONWriter.appendString(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    /// The text as a YAML file would say it, quoted where YAML would take it for something else.
    var yamlScalar: String {
        let isPlain =
            utf8.first.map { $0 > 0x40 && Self.isPlain($0) } ?? false && utf8.allSatisfy(Self.isPlain)
            && !["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"].contains(lowercased())
        return isPlain ? self : SchemaValue.quoted(self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "_-.@/+".utf8.contains(byte)
        }
    }
}
