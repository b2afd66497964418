import Spool

/// Columns of equal width for people.
enum TextTable {
    /// Lays out rows, the first column to the left and the rest to the right.
    static func text(_ rows: [[String]]) -> String {
        let rows = rows.map { $0.map(\.visible) }
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).enumerated().map { index, cell in
                let blanks = String(repeating: " ", count: cell.1 - cell.0.count)
                return index == 0 ? cell.0 + blanks : blanks + cell.0
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
