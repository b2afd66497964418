/// A bar for tonight's number, over a band for what it was in former nights: one row of a table.
struct RangeBar {
    var value: Double
    var usual: UsualRange?
    /// What fills the whole width.
    var full: Double
    var title: String

    private enum Layout {
        static let height = 18.0
        static let bar = 8.0
    }

    /// Writes the drawing.
    func write(to html: inout HTMLWriter) {
        html.inline(
            "svg",
            ["class": "bar", "role": "img", "width": "100%", "height": Percent.pixels(Layout.height)]
        ) { svg in
            svg.inline("title", text: title)
            if let usual { write(usual, to: &svg) }
            guard value > 0, full > 0 else { return }
            svg.empty(
                "rect",
                [
                    "class": "now", "x": "0", "width": Percent.text(max(value / full, 0.002)),
                    "y": Percent.pixels((Layout.height - Layout.bar) / 2), "height": Percent.pixels(Layout.bar),
                ]
            )
            if let usual { writeMedian(usual, to: &svg) }
        }
    }

    private func write(_ usual: UsualRange, to svg: inout HTMLWriter) {
        guard full > 0, usual.high > 0 else { return }
        svg.empty(
            "rect",
            [
                "class": "usual", "x": Percent.text(usual.low / full), "y": "1",
                "width": Percent.text(max((usual.high - usual.low) / full, 0.004)),
                "height": Percent.pixels(Layout.height - 2),
            ]
        )
    }

    private func writeMedian(_ usual: UsualRange, to svg: inout HTMLWriter) {
        let x = Percent.text(usual.median / full)
        svg.empty(
            "line",
            ["class": "median", "x1": x, "x2": x, "y1": "1", "y2": Percent.pixels(Layout.height - 1)]
        )
    }
}
