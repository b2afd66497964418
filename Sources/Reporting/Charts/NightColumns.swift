/// One number over the nights, tonight's last, small enough to stand in a row of a table.
struct NightColumns {
    /// The number of each night; nil where a night has none.
    var values: [Double?]
    /// Whether the last night is the one that the page is about.
    var marksLast = true
    var title: String

    private enum Layout {
        static let step = 7.0
        static let column = 5.0
        static let height = 22.0
    }

    /// Writes the drawing.
    func write(to html: inout HTMLWriter) {
        let peak = values.reduce(0) { max($0, $1 ?? 0) }
        let width = Layout.step * Double(max(values.count, 1))
        html.inline(
            "svg",
            [
                "class": "nights", "role": "img", "width": Percent.pixels(width),
                "height": Percent.pixels(Layout.height),
            ]
        ) { svg in
            svg.inline("title", text: title)
            for (index, value) in values.enumerated() {
                guard let value else { continue }
                let height = peak > 0 ? max((Layout.height - 1) * value / peak, 1) : 1
                svg.empty(
                    "rect",
                    [
                        "class": marksLast && index == values.count - 1 ? "now" : "past",
                        "x": Percent.pixels(Double(index) * Layout.step), "width": Percent.pixels(Layout.column),
                        "y": Percent.pixels(Layout.height - height), "height": Percent.pixels(height),
                    ]
                )
            }
        }
    }
}
