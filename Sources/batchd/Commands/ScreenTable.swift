/// A table that leaves out columns until it fits.
struct ScreenTable {
    /// One column.
    struct Column {
        /// Its heading.
        var title: String
        /// Columns with a smaller number are kept longer; the first column is never left out.
        var rank: Int
        /// Whether its cells stand to the right.
        var alignsRight = true
    }

    /// The columns; the first one takes what room the others leave, and its cells are cut in their middle.
    let columns: [Column]
    /// The cells of each row, as many as there are columns.
    let rows: [[String]]

    private static let gap = 2
    /// Columns of the terminal that the first column has before another one may stay.
    private static let firstMinimum = 16

    /// The heading and the rows.
    ///
    /// - Parameter width: Columns of the terminal.
    /// - Returns: Lines no wider than that.
    func lines(width: Int) -> [String] {
        let widths = columns.indices.map { column in
            max(columns[column].title.displayWidth, rows.map { $0[column].displayWidth }.max() ?? 0)
        }
        let kept = keptColumns(widths, width: width)
        let others = kept.dropFirst().reduce(0) { $0 + widths[$1] + Self.gap }
        let first = min(widths.first ?? 0, max(width - others, 0))
        return ([columns.map(\.title)] + rows).map { cells in
            kept.map { column in
                column == 0
                    ? cells[0].fittedInMiddle(to: first).filled(to: first)
                    : String(repeating: " ", count: Self.gap)
                        + cells[column].filled(to: widths[column], alignsRight: columns[column].alignsRight)
            }.joined().fitted(to: width)
        }
    }

    private func keptColumns(_ widths: [Int], width: Int) -> [Int] {
        var kept = Array(columns.indices)
        let wanted = min(widths.first ?? 0, Self.firstMinimum)
        while kept.count > 1, wanted + kept.dropFirst().reduce(0, { $0 + widths[$1] + Self.gap }) > width {
            let last = kept.dropFirst().max { columns[$0].rank < columns[$1].rank }
            kept.removeAll { $0 == last }
        }
        return kept
    }
}
