import Spool
import Testing

/// What a stranger wrote cannot act on a terminal or forge a line.
@Suite struct VisibleTextTests {
    @Test(arguments: [
        ("plain, ü, 星河, 🙂", "plain, ü, 星河, 🙂"),
        ("a\nb\rc\td\r\n", #"a\nb\rc\td\r\n"#),
        ("\u{1B}[2J\u{7}\0", #"\u{1b}[2J\u{7}\u{0}"#),
        ("\u{9B}31m\u{7F}", #"\u{9b}31m\u{7f}"#),
        ("cod.\u{202E}lsonj\u{2028}", #"cod.\u{202e}lsonj\u{2028}"#),
    ])
    func whatActsOrHidesIsWrittenOut(text: String, visible: String) {
        #expect(text.visible == visible)
    }

    @Test func aDocumentReadsAsBefore() throws {
        let names = ["\u{1B}[2J", "\u{9B}31m", "\u{202E}", "\u{E0001}", "a\nb", "星河", #"\u{1b}"#]
        let json = String(decoding: try DocumentCoding.encode(names, indented: true), as: UTF8.self).visibleJSON
        #expect(try DocumentCoding.decode([String].self, from: Array(json.utf8)) == names)
        #expect(json.replacing("\n", with: "").visible == json.replacing("\n", with: ""))
    }
}
