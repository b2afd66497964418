/// Writes HTML of which everything that is not a literal of this program is escaped.
///
/// Names of elements and attributes are `StaticString`, so no text from outside can become one; all else goes through
/// `ForeignText`. There is no way around that.
struct HTMLWriter {
    /// What was written so far, UTF-8.
    private(set) var bytes: [UInt8] = []

    /// Attributes by name; nil stands for one that is left out.
    typealias Attributes = KeyValuePairs<StaticString, String?>

    /// Writes an element that runs within a line.
    mutating func inline(
        _ name: StaticString,
        _ attributes: Attributes = [:],
        content: (inout HTMLWriter) -> Void
    ) {
        open(name, attributes)
        content(&self)
        close(name)
    }

    /// Writes an element with text in it that runs within a line.
    mutating func inline(_ name: StaticString, _ attributes: Attributes = [:], text: String) {
        inline(name, attributes) { $0.text(text) }
    }

    /// Writes an element that stands on lines of its own.
    mutating func block(
        _ name: StaticString,
        _ attributes: Attributes = [:],
        content: (inout HTMLWriter) -> Void
    ) {
        inline(name, attributes, content: content)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Writes an element with text in it that stands on a line of its own.
    mutating func block(_ name: StaticString, _ attributes: Attributes = [:], text: String) {
        block(name, attributes) { $0.text(text) }
    }

    /// Writes an element that has no content, in the way that HTML and XML have in common.
    mutating func empty(_ name: StaticString, _ attributes: Attributes) {
        open(name, attributes, isEmpty: true)
    }

    /// Writes text.
    mutating func text(_ text: String) {
        ForeignText.append(text, to: &bytes)
    }

    /// Writes a literal of this program as it stands.
    mutating func literal(_ literal: StaticString) {
        literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func open(_ name: StaticString, _ attributes: Attributes, isEmpty: Bool = false) {
        literal("<")
        literal(name)
        for (name, value) in attributes {
            guard let value else { continue }
            literal(" ")
            literal(name)
            literal("=\"")
            text(value)
            literal("\"")
        }
        literal(isEmpty ? "/>" : ">")
    }

    private mutating func close(_ name: StaticString) {
        literal("</")
        literal(name)
        literal(">")
    }
}
