import Spool

/// How much room text takes on a terminal: Chinese characters and emoji take two columns, marks none.
extension String {
    /// The columns that the text takes.
    var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

    /// The beginning of the text, at most so many columns wide, with a mark where something is left out.
    func fitted(to columns: Int, mark: String = Glyphs.standard.ellipsis) -> String {
        guard displayWidth > columns else { return self }
        guard columns > 0 else { return "" }
        return String(fitting(columns - 1)) + mark
    }

    /// The beginning and the end of the text, at most so many columns wide, with a mark for what is left out between.
    ///
    /// Names of files differ at their end, where the date stands, so that gets two thirds of the room.
    func fittedInMiddle(to columns: Int, mark: String = Glyphs.standard.ellipsis) -> String {
        guard displayWidth > columns else { return self }
        guard columns > 0 else { return "" }
        let end = String(reversed().fitting((columns - 1) * 2 / 3).reversed())
        return String(fitting(columns - 1 - end.displayWidth)) + mark + end
    }

    /// The text in lines of so many columns, cut between words; what is too much for them ends in a mark.
    func wrapped(to columns: Int, linesMaximum: Int) -> [String] {
        var lines: [String] = []
        var rest = self[...]
        while !rest.isEmpty, lines.count < linesMaximum {
            let whole = String(rest)
            guard whole.displayWidth > columns, lines.count + 1 < linesMaximum else {
                lines.append(whole.fitted(to: columns))
                break
            }
            var width = 0
            let end = rest.firstIndex { character in
                width += character.displayWidth
                return width > columns
            }
            let room = rest[..<(end ?? rest.endIndex)]
            // A word that is longer than a line is cut.
            let cut = end.flatMap { rest[$0] == " " ? $0 : room.lastIndex(of: " ") } ?? room.endIndex
            guard cut > rest.startIndex else { return lines + [whole.fitted(to: columns)] }
            lines.append(String(rest[..<cut]))
            rest = rest[cut...].drop { $0 == " " }
        }
        return lines
    }

    /// The text with blanks up to so many columns, after it or before it.
    func filled(to columns: Int, alignsRight: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(columns - displayWidth, 0))
        return alignsRight ? blanks + self : self + blanks
    }
}

extension Sequence<Character> {
    /// As many of the first characters as so many columns have room for.
    fileprivate func fitting(_ columns: Int) -> [Character] {
        var rest = columns
        return prefix { character in
            rest -= character.displayWidth
            return rest >= 0
        }
    }
}

extension Character {
    /// The columns that terminals give to a character: those of its widest code point.
    var displayWidth: Int {
        // An emoji of several code points, or one that is asked for as a picture, is as wide as one.
        if unicodeScalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
        return unicodeScalars.reduce(0) { max($0, $1.displayWidth) }
    }
}

extension Unicode.Scalar {
    /// Ranges of wide characters (https://www.unicode.org/reports/tr11/, W and F, in whole blocks).
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x2E80...0x303E, 0x3041...0x4DBF,
        0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1B000...0x1B2FF, 0x1F000...0x1F02F, 0x1F0CF...0x1F0CF,
        0x1F18E...0x1F18E, 0x1F191...0x1F19A, 0x1F1E6...0x1F265, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
        0x1F7E0...0x1F7FF, 0x1F900...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD,
    ]

    fileprivate var displayWidth: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: 0
        default: Self.wide.contains { $0.contains(value) } ? 2 : 1
        }
    }
}
