import JSONLines
import Testing

@Suite struct RecordScannerTests {
    private func text(_ line: String, key: String) -> String? {
        let bytes = Array(line.utf8)
        let (failure, record) = scan(bytes, keys: [key])
        guard failure == nil, record[0].kind == .string else { return nil }
        var output: [UInt8] = []
        JSONText.appendUnescaped(bytes.span.bytes.extracting(record[0].contents), to: &output)
        return String(validating: output, as: UTF8.self)
    }

    @Test func wantedValuesAreFoundWhereTheyLie() {
        let line =
            #" { "id" : -1.5e+3 , "skip":{"text":[1,{"id":null}]}, "text" :"a\tb","t":true,"f":false,"n":null,"a":[ ]}  "#
        let bytes = Array(line.utf8)
        let keys = ["text", "id", "t", "f", "n", "a", "skip", "absent"]
        let (failure, record) = scan(bytes, keys: keys)
        #expect(failure == nil)
        #expect(record.values.map(\.kind) == [.string, .number, .true, .false, .null, .array, .object, .absent])
        let values = record.values.map { String(decoding: bytes[$0.range], as: UTF8.self) }
        #expect(values == [#""a\tb""#, "-1.5e+3", "true", "false", "null", "[ ]", #"{"text":[1,{"id":null}]}"#, ""])
        #expect(record.values.map(\.hasEscapes) == [true, false, false, false, false, false, false, false])
        #expect(String(decoding: bytes[record[0].contents], as: UTF8.self) == #"a\tb"#)
    }

    @Test func theLastDuplicateWins() {
        #expect(text(#"{"text":"one","text":"two"}"#, key: "text") == "two")
        #expect(scan(#"{"text":"one","text":null}"#).record[1].kind == .null)
    }

    @Test func keysCountByTheirText() {
        #expect(text(#"{"\u0074ext":"escaped"}"#, key: "text") == "escaped")
        #expect(text(#"{"a\"b":"quoted"}"#, key: "a\"b") == "quoted")
        #expect(text(#"{"input_text":"long","input_texu":1}"#, key: "input_text") == "long")
        #expect(text(#"{"input_texu":"other"}"#, key: "input_text") == nil)
        #expect(text(#"{"新闻标题":"标题"}"#, key: "新闻标题") == "标题")
        #expect(text(#"{"":"empty"}"#, key: "") == "empty")
        #expect(text(#"{"te":"1","texts":"2","text\u0000":"3"}"#, key: "text") == nil)
    }

    @Test func escapesBecomeText() {
        #expect(
            text(#"{"text":"\"\\\/\b\f\n\r\té\u4F60\ud83d\ude00\u0000"}"#, key: "text")
                == "\"\\/\u{8}\u{C}\n\r\t\u{E9}\u{4F60}\u{1F600}\u{0}"
        )
        #expect(text(#"{"text":"\ud83d"}"#, key: "text") == "\u{FFFD}")
        #expect(text(#"{"text":"\ude00\ud83dx\ud83d\u0041"}"#, key: "text") == "\u{FFFD}\u{FFFD}x\u{FFFD}A")
        #expect(text(#"{"text":"\ud83d\ud83d\ude00"}"#, key: "text") == "\u{FFFD}\u{1F600}")
    }

    @Test(arguments: ["1", "-0", "0.5", "1e5", "1E-2", "\"text\"", "true", "null", "[]", "[{}, [1 ,2]]", " \t[ ] \r"])
    func otherValuesAreNoRecords(line: String) {
        #expect(scan(line).failure?.code == .notAnObject)
    }

    @Test(arguments: [
        "", " ", "{", "}", "{]", "[1}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{a:1}", "{'a':1}",
        "{\"a\":1}}", "{}{}", "{} x", "[1,]", "[,1]", "[1 2]", "01", "-", "-a", "1.", ".5", "1e", "1e+", "+1", "0x1",
        "1.e1", "NaN", "Infinity", "tru", "truee", "nul", "\"", "\"a", "\"\\", "\"\\u12\"", "\"\\u12G4\"", "\"\\x41\"",
        "\"\\'\"", "\"tab\there\"", "\"line\nfeed\"", "\"\u{0}\"", "{\"a\":\"b", "{\"a", "//{}", "{}//", "\u{FEFF}{}",
        "\u{FEFF}", "[\u{A0}1]", "{\"a\":1 \"b\":2}", "{1:1}", "[\"a\",", "-01", "--1", "1a",
    ])
    func whatIsNotJSONIsRefused(line: String) {
        #expect(scan(line).failure?.code == .invalidJSONLine)
    }

    @Test func failuresSayWhere() {
        #expect(scan("{\"a\":tru}").failure?.offset == 5)
        #expect(scan("{\"a\":1} 2").failure?.offset == 8)
        #expect(scan("{\"a\":\"x\ty\"}").failure?.offset == 7)
        #expect(scan("{\"a\":1,}").failure?.reason == "A key in quotation marks should stand here.")
        #expect(scan("\u{FEFF}{}").failure?.reason.contains("byte order mark") == true)
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x22], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xE4, 0xBD], [0xE4, 0x22, 0xA0], [0xF0, 0x80, 0x80, 0x80],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98],
            [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        ] as [[UInt8]]
    )
    func whatIsNotUTF8IsRefusedAtEveryPlace(sequence: [UInt8]) {
        for padding in 0..<18 {
            let before = Array("{\"text\":\"".utf8) + [UInt8](repeating: 0x61, count: padding)
            for after in ["\"}", "", "\u{FFFD}\u{FFFD}\"}", "\",\"more\":\"some text behind it\"}", "你好你好\"}"] {
                let failure = scan(before + sequence + Array(after.utf8)).failure
                #expect(failure?.code == .invalidUTF8)
                #expect(failure?.offset == before.count)
            }
        }
        #expect(scan(Array("{\"text\":1}".utf8) + sequence).failure?.code == .invalidUTF8)
        #expect(scan(Array("{broken ".utf8) + sequence).failure?.code == .invalidUTF8)
    }

    @Test func everyScalarPasses() {
        for padding in 0..<9 {
            for scalar in [
                0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xCFFF, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x3FFFF, 0x40000,
                0x10FFFF,
            ] {
                let scalar = Unicode.Scalar(UInt32(scalar)).map(String.init) ?? ""
                let content = String(repeating: "b", count: padding) + scalar + scalar + "你\(scalar)"
                #expect(text("{\"text\":\"\(content)\"}", key: "text") == content)
            }
        }
    }

    @Test func specialBytesAreFoundAtEveryPlace() {
        for before in 0..<40 {
            for after in [0, 1, 7, 8, 20] {
                let head = String(repeating: "~", count: before)
                let tail = String(repeating: " ", count: after)
                #expect(text("{\"text\":\"\(head)\\\\\(tail)\"}", key: "text") == head + "\\" + tail)
                #expect(scan("{\"text\":\"\(head)\u{1F}\(tail)\"}").failure?.offset == 9 + before)
                #expect(scan("{\"text\":\"\(head)\(tail)").failure?.offset == 9 + before + after)
            }
        }
    }

    @Test func depthIsLimited() {
        func nested(_ depth: Int) -> String {
            "{\"a\":" + String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1) + "}"
        }
        #expect(scan(nested(64)).failure == nil)
        #expect(scan(nested(65)).failure?.code == .invalidJSONLine)
        #expect(scan(nested(65)).failure?.reason.contains("depth limit of 64") == true)
        #expect(scan(String(repeating: "[", count: 100_000)).failure?.reason.contains("depth") == true)
        #expect(scan(String(repeating: "{\"a\":", count: 100_000)).failure?.reason.contains("depth") == true)
    }

    @Test func keysAreLimitedInEveryObject() {
        var limits = InputLimits()
        limits.keysPerObjectMaximum = 3
        let three = "{\"a\":1,\"a\":2,\"c\":3}"
        let four = "{\"a\":1,\"b\":2,\"c\":3,\"d\":4}"
        #expect(scan(three, limits: limits).failure == nil)
        #expect(scan("{\"x\":\(three)}", limits: limits).failure == nil)
        #expect(scan(four, limits: limits).failure?.reason.contains("more than 3 keys") == true)
        #expect(scan("{\"x\":[\(four)]}", limits: limits).failure?.code == .invalidJSONLine)
    }

    @Test func aRecordIsUsedAgain() {
        var record = ScannedRecord()
        let scanner = RecordScanner(keys: ["a"])
        let first = Array("{\"a\":1}".utf8)
        let second = Array("{\"b\":1}".utf8)
        #expect(scanner.scan(first.span.bytes, into: &record) == nil)
        #expect(record[0].kind == .number)
        #expect(scanner.scan(second.span.bytes, into: &record) == nil)
        #expect(record[0].kind == .absent)
        #expect(RecordScanner(keys: []).scan(first.span.bytes, into: &record) == nil)
        #expect(record.values.isEmpty)
    }
}
