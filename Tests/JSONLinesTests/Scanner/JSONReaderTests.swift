import JSONLines
import Testing

@Suite struct JSONReaderTests {
    private func read<Result>(_ text: String, _ body: (inout JSONReader) throws -> Result) throws -> Result {
        try JSONReader.read(Array(text.utf8).span.bytes, body)
    }

    @Test func whatIsKnownIsReadAndTheRestPassedOver() throws {
        var found: [String: Int] = [:]
        try read(#" {"a" : {"b":[1,{"c":2}]}, "n":-7, "list":[10 , 20], "s":"x\"]\u00e9"} "#) { reader in
            try reader.object { key, reader in
                switch key {
                case "n": found["n"] = try reader.integer()
                case "list": try reader.array { found["sum", default: 0] += try $0.integer() }
                case "s": found[try reader.string()] = 1
                default: try reader.skip()
                }
            }
        }
        #expect(found == ["n": -7, "sum": 30, "x\"]é": 1])
    }

    @Test func whatIsPassedOverHasAKindAndAPlace() throws {
        let text = #"{"a":[1,"]"],"b":null}"#
        let places = try read(text) { reader in
            var places: [(JSONKind, Range<Int>)] = []
            try reader.object { _, reader in places.append(try reader.skip()) }
            return places
        }
        #expect(places.map(\.0) == [.array, .null])
        #expect(places.map(\.1) == [5..<12, 17..<21])
    }

    @Test(arguments: [
        "", "[", "{", #"{"a""#, #"{"a":"#, #"{"a":1"#, #"{"a":1 "b":2}"#, #"{"a":tru}"#, #"{"a":"x"#, "[1]",
    ])
    func whatHasNotTheFormIsRefused(_ text: String) {
        #expect(throws: JSONFormError.self) {
            try read(text) { try $0.object { _, reader in try reader.skip() } }
        }
    }

    @Test(arguments: ["1.5", "1e3", "9223372036854775808", #""1""#, "null"])
    func onlyWholeNumbersAreIntegers(_ text: String) {
        #expect(throws: JSONFormError("a whole number", at: 0)) { try read(text) { try $0.integer() } }
    }
}
