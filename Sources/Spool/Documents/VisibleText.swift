extension String {
    /// The text on one line, with all that a terminal would act on or a reader would not see written out.
    ///
    /// Names and messages come from whoever drops files; printed as they are, they could clear a screen, forge a line
    /// of a log, or show themselves in another order than they have.
    public var visible: String {
        replacingInvisible { scalar in
            switch scalar {
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            default: "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
    }

    /// A JSON text with the same characters as escapes, which reads as the same document.
    ///
    /// Blanks between its members stay: inside its strings, control characters of ASCII are escaped already.
    public var visibleJSON: String {
        replacingInvisible { scalar in
            if scalar == "\n" { return "\n" }
            return String(scalar).utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        }
    }

    private func replacingInvisible(with replacement: (Unicode.Scalar) -> String) -> String {
        guard unicodeScalars.contains(where: \.isInvisible) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isInvisible { text += replacement(scalar) } else { text.unicodeScalars.append(scalar) }
        }
        return text
    }
}

extension Unicode.Scalar {
    /// Controls, marks that turn the direction of writing, and line ends that are not called so.
    fileprivate var isInvisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
