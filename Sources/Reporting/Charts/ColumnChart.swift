/// Columns over an axis, each over the range that it had in former nights.
struct ColumnChart {
    /// One column.
    struct Column {
        /// Its height, from 0.
        var value: Double
        /// What its height was in former nights.
        var usual: UsualRange?
        /// What is read out for it.
        var title: String
        /// Whether it is one of the past, shown beside tonight's.
        var isPast = false
    }

    /// A text below the axis.
    struct Tick {
        /// Where, from 0 to 1.
        var position: Double
        var text: String
        /// Whether narrow screens have no room for it.
        var isMinor = false
    }

    /// The drawing's name.
    var title: String
    /// What it shows, in a sentence for those who cannot see it.
    var description: String
    var columns: [Column]
    var ticks: [Tick]
    /// Says what the highest column is, in words with a unit.
    var peakText: (Double) -> String
    /// How much of its place a column fills.
    var fill = 0.72

    /// The height of the columns, the room above for the peak's text and below for the axis, in pixels.
    private enum Layout {
        static let plotHeight = 112.0
        static let top = 20.0
        static let axis = 22.0
        static var height: Double { plotHeight + top + axis }
        static var baseline: Double { plotHeight + top }
    }

    private var peak: Double {
        columns.reduce(0) { max($0, $1.value, $1.usual?.high ?? 0) }
    }

    /// Writes the drawing.
    func write(to html: inout HTMLWriter) {
        html.block(
            "svg",
            ["class": "plot", "role": "img", "width": "100%", "height": Percent.pixels(Layout.height)]
        ) { svg in
            svg.inline("title", text: title)
            svg.inline("desc", text: description)
            for (index, column) in columns.enumerated() { write(column, at: index, to: &svg) }
            svg.empty(
                "line",
                [
                    "class": "axis", "x1": "0", "x2": "100%", "y1": Percent.pixels(Layout.baseline),
                    "y2": Percent.pixels(Layout.baseline),
                ]
            )
            writePeak(to: &svg)
            for tick in ticks { write(tick, to: &svg) }
        }
    }

    private func height(of value: Double) -> Double {
        guard peak > 0, value > 0 else { return 0 }
        // What is there at all can be seen.
        return max(Layout.plotHeight * value / peak, 1)
    }

    private func write(_ column: Column, at index: Int, to svg: inout HTMLWriter) {
        let place = 1 / Double(columns.count)
        let left = Double(index) * place
        svg.inline("g") { group in
            group.inline("title", text: column.title)
            if let usual = column.usual, usual.high > 0 {
                let top = height(of: usual.high)
                let bottom = usual.low > 0 ? height(of: usual.low) : 0
                rectangle("usual", left, place, from: top, to: min(bottom, top - 1), in: &group)
            }
            let margin = place * (1 - fill) / 2
            rectangle(
                column.isPast ? "past" : "now",
                left + margin,
                place * fill,
                from: height(of: column.value),
                to: 0,
                in: &group
            )
        }
    }

    private func rectangle(
        _ kind: String,
        _ left: Double,
        _ width: Double,
        from top: Double,
        to bottom: Double,
        in svg: inout HTMLWriter
    ) {
        guard top > bottom else { return }
        svg.empty(
            "rect",
            [
                "class": kind, "x": Percent.text(left), "width": Percent.text(width),
                "y": Percent.pixels(Layout.baseline - top), "height": Percent.pixels(top - bottom),
            ]
        )
    }

    /// Names the highest column, above it.
    private func writePeak(to svg: inout HTMLWriter) {
        guard let index = columns.indices.max(by: { columns[$0].value < columns[$1].value }),
            columns[index].value > 0
        else { return }
        let place = 1 / Double(columns.count)
        let left = Double(index) * place
        let y = Layout.baseline - height(of: max(columns[index].value, columns[index].usual?.high ?? 0)) - 6
        let words = peakText(columns[index].value)
        // Near an edge, a text in the middle of its column would be cut.
        if left < 0.12 {
            text(words, at: left, anchor: "start", y: y, kind: "peak", to: &svg)
        } else if left + place > 0.88 {
            text(words, at: left + place, anchor: "end", y: y, kind: "peak", to: &svg)
        } else {
            text(words, at: left + place / 2, anchor: "middle", y: y, kind: "peak", to: &svg)
        }
    }

    private func write(_ tick: Tick, to svg: inout HTMLWriter) {
        let anchor = tick.position <= 0 ? "start" : tick.position >= 1 ? "end" : "middle"
        let kind: String? = tick.isMinor ? "minor" : nil
        text(tick.text, at: tick.position, anchor: anchor, y: Layout.height - 6, kind: kind, to: &svg)
    }

    private func text(
        _ text: String,
        at position: Double,
        anchor: String,
        y: Double,
        kind: String?,
        to svg: inout HTMLWriter
    ) {
        svg.inline(
            "text",
            ["class": kind, "x": Percent.text(position), "y": Percent.pixels(y), "text-anchor": anchor],
            text: text
        )
    }
}
