import Testing

@testable import Models

@Suite struct JSONParserTests {
    private func parse(_ text: String) throws -> JSONValue {
        try JSONParser.parse(Array(text.utf8), source: "it")
    }

    @Test func everyKindOfValueIsRead() throws {
        let value = try parse(#" {"a": [1, -2.5e3, true, false, null, "x\n\u00e9\ud83d\ude00\/"], "b": {}} "#)
        let elements: [JSONValue] = [
            .integer(1), .number(-2500), .boolean(true), .boolean(false), .null, .string("x\né😀/"),
        ]
        #expect(value == .object(["a": .array(elements), "b": .object([:])]))
    }

    @Test func numbersBeyondIntegersAreNumbers() throws {
        let limit = "1000000000000000019884624838656"
        #expect(try parse(limit) == .number(1e30))
        #expect(try parse("9223372036854775807") == .integer(.max))
        #expect(try parse("1.0") == .number(1))
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "[1 2]", "01", "-", "1.", "1e", "+1", ".5", "nul", "NaN",
        "\"", "\"\\x\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\u{1}\"", "1 1", "[1]]",
    ])
    func whatIsNoJSONIsRefusedWithThePlace(text: String) throws {
        #expect(message { _ = try parse(text) }?.contains(" at byte ") == true)
    }

    @Test func bytesThatAreNoUTF8AreRefused() {
        #expect(message { _ = try JSONParser.parse([0x22, 0xFF, 0x22], source: "it") }?.contains("no UTF-8") == true)
    }

    @Test func depthIsLimited() throws {
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(message { _ = try parse(deep) }?.contains("more than 64 levels") == true)
        let allowed = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(message { _ = try parse(allowed) } == nil)
    }

    @Test func namesThatComeTwiceAreRefused() {
        #expect(message { _ = try parse(#"{"a":1,"\u0061":2}"#) }?.contains("'a' comes a second time") == true)
    }
}
