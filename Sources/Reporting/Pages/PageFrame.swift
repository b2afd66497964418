/// What every page has around its content: the declaration, the security policy and the style.
enum PageFrame {
    /// Makes a page.
    ///
    /// The policy forbids all but the one style sheet, by its hash: should some text ever get past the escaping, a
    /// browser would still run, load and send nothing.
    ///
    /// - Parameters:
    ///   - title: The page's title; somebody else's text is welcome.
    ///   - content: Writes the body.
    /// - Returns: UTF-8.
    static func page(title: String, _ content: (inout HTMLWriter) -> Void) -> [UInt8] {
        var html = HTMLWriter()
        html.literal("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
        html.literal("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-")
        html.literal(Stylesheet.hash)
        html.literal("'; base-uri 'none'; form-action 'none'\"/>\n")
        html.literal("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"/>\n")
        html.literal("<meta name=\"color-scheme\" content=\"light dark\"/>\n")
        html.literal("<meta name=\"referrer\" content=\"no-referrer\"/>\n")
        html.block("title", text: title)
        html.literal("<style>")
        html.literal(Stylesheet.text)
        html.literal("</style>\n</head>\n")
        html.block("body", content: content)
        html.literal("</html>\n")
        return html.bytes
    }
}

extension HTMLWriter {
    /// Writes a section with its heading.
    mutating func section(_ heading: String, kind: String? = nil, _ content: (inout HTMLWriter) -> Void) {
        block("section", ["class": kind]) { section in
            section.block("h2", text: heading)
            content(&section)
        }
    }

    /// Writes a remark below a heading.
    mutating func note(_ text: String) {
        block("p", ["class": "note"], text: text)
    }

    /// Writes somebody else's text so that its direction of writing stays its own.
    mutating func foreign(_ text: String, to maximum: Int = ForeignText.charactersMaximum) {
        inline("bdi", text: ForeignText.shortened(text, to: maximum))
    }

    /// Writes a table that scrolls by itself where it is too wide.
    mutating func table(
        caption: String,
        columns: [TableColumn],
        _ body: (inout HTMLWriter) -> Void
    ) {
        // Focusable, so that it can be scrolled with the keyboard.
        block("div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": caption]) { box in
            box.block("table") { table in
                table.block("thead") { head in
                    head.block("tr") { row in
                        for column in columns {
                            row.inline("th", ["scope": "col", "class": column.kind], text: column.name)
                        }
                    }
                }
                table.block("tbody", content: body)
            }
        }
    }

    /// Writes a cell with a number.
    mutating func number(_ text: String, kind: String = "n") {
        inline("td", ["class": kind], text: text)
    }

    /// Writes what the marks of a chart mean.
    mutating func key(_ entries: [(kind: String, text: String)]) {
        block("ul", ["class": "key"]) { list in
            for entry in entries {
                list.inline("li") { item in
                    item.inline("svg", ["width": "10", "height": "10", "aria-hidden": "true"]) { svg in
                        svg.empty("rect", ["class": entry.kind, "width": "10", "height": "10"])
                    }
                    item.text(entry.text)
                }
            }
        }
    }

    /// Writes facts, each with its name.
    mutating func facts(_ facts: [(name: String, value: String, isCode: Bool)]) {
        block("dl", ["class": "facts"]) { list in
            for fact in facts {
                list.inline("dt", text: fact.name)
                list.block("dd", ["class": fact.isCode ? "mono" : nil]) { $0.foreign(fact.value) }
            }
        }
    }
}

/// A column of a table.
struct TableColumn {
    /// Its heading.
    let name: String
    /// Its style: `n` for numbers, `more` for what narrow screens leave out.
    let kind: String?

    /// A column of text.
    static func text(_ name: String) -> TableColumn { TableColumn(name: name, kind: nil) }
    /// A column of numbers.
    static func number(_ name: String) -> TableColumn { TableColumn(name: name, kind: "n") }
    /// A column of numbers that narrow screens leave out.
    static func moreNumbers(_ name: String) -> TableColumn { TableColumn(name: name, kind: "n more") }
    /// A column of drawings.
    static func bars(_ name: String) -> TableColumn { TableColumn(name: name, kind: "wide-bar") }
    /// A column of drawings that narrow screens leave out.
    static func moreBars(_ name: String) -> TableColumn { TableColumn(name: name, kind: "more") }
}
