/// Cuts reviews into clauses, which bear their review's label more often than not.
///
/// Whole reviews teach little about how short texts sound; their clauses do.
struct ClauseSplitter {
    private let options: TrainingSource.Clauses

    init(_ options: TrainingSource.Clauses) {
        self.options = options
    }

    /// The clauses of a text that are neither too short nor too long; none where the text is a single clause.
    func clauses(of text: String) -> [String] {
        let all = Self.cut(text)
        guard all.count > 1 else { return [] }
        let wanted = options.edges.map { edges in
            all.count > 2 * edges ? Array(all.prefix(edges) + all.suffix(edges)) : []
        }
        return (wanted ?? all).filter { (options.minimum...options.maximum).contains($0.unicodeScalars.count) }
    }

    // A clause ends behind a mark that ends sentences (a full stop only before a blank), and at blanks between CJK
    // characters, which Chinese writers put where others put a comma.
    private static func cut(_ text: String) -> [String] {
        var clauses: [String] = []
        var clause = String.UnicodeScalarView()
        var last: Unicode.Scalar = " "
        func finish() {
            let trimmed = String(clause).split(separator: " ").joined(separator: " ")
            if !trimmed.isEmpty { clauses.append(trimmed) }
            clause.removeAll()
        }
        for scalar in text.unicodeScalars {
            let isBlank = scalar.properties.isWhitespace
            if isBlank && (last == "." || last.value > 0x2E80) { finish() }
            if "。！？；!?;～~".unicodeScalars.contains(last) && scalar != last { finish() }
            clause.append(isBlank ? " " : scalar)
            last = scalar
        }
        finish()
        return clauses
    }
}
