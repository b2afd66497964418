import JSONLines
import Testing

/// Lines that nobody would write; meant to be run under the address sanitizer too.
@Suite struct MutationTests {
    private static let seeds = [
        #"{"id":"r1","text":"plain words of some length, enough for a few registers"}"#,
        #"{"id":12345,"text":"这是一篇很棒的评论。你好","scores":{"a":[0.5,-1e9,{"x":null}],"b":true}}"#,
        #"{"id":null,"te\u0078t":"\ud83d\ude00 \"quoted\" \\ \/ \b\f\n\r\t end","more":[[[[]]]]}"#,
        #"{"_raw":"{broken","_error":{"code":"invalid_json_line"}}"#,
        #"{"_raw_base64":"gP8=","_error":{}}"#,
        "{\"text\":\"\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}\"}",
        "[1, 2.5, \"three\", false, null]",
    ]

    @Test(arguments: seeds)
    func mutatedLinesFailOrKeepTheirRanges(seed: String) {
        var generator = SeededGenerator(state: UInt64(seed.utf8.count))
        let keys = ["id", "text"] + ErrorLine.keys
        for _ in 0..<4_000 {
            let line = generator.mutate(Array(seed.utf8))
            let (failure, record) = scan(line, keys: keys)
            let isText = String(validating: line, as: UTF8.self) != nil
            #expect((failure?.code == .invalidUTF8) == !isText)
            #expect((0...line.count).contains(failure?.offset ?? 0))
            guard failure == nil else { continue }
            for value in record.values where value.kind == .string {
                #expect(line[value.range.lowerBound] == UInt8(ascii: "\""))
                #expect(line[value.range.upperBound - 1] == UInt8(ascii: "\""))
                var text: [UInt8] = []
                JSONText.appendUnescaped(line.span.bytes.extracting(value.contents), to: &text)
                #expect(String(validating: text, as: UTF8.self) != nil)
            }
        }
    }

    @Test(arguments: seeds)
    func errorLinesOfMutatedLinesGiveThemBack(seed: String) {
        var generator = SeededGenerator(state: UInt64(seed.utf8.count) + 1)
        var errorLine = ErrorLine()
        let error = RecordError(code: "invalid_json_line", message: "\"no\"\n", line: 1, byteOffset: 0, attempts: 0)
        for _ in 0..<2_000 {
            let line = generator.mutate(Array(seed.utf8)).filter { $0 != UInt8(ascii: "\n") }
            var written: [UInt8] = []
            errorLine.append(error, original: line.span.bytes, to: &written)
            #expect(written.popLast() == UInt8(ascii: "\n"))
            #expect(!written.contains(UInt8(ascii: "\n")))
            let (failure, record) = scan(written, keys: ErrorLine.keys, limits: InputLimits().forReplay)
            #expect(failure == nil)
            #expect(record[0].kind == .object)
            var original: [UInt8] = []
            let isWrapped = ErrorLine.appendOriginal(
                of: written.span.bytes,
                error: record[0],
                raw: record[1],
                rawBase64: record[2],
                to: &original
            )
            if isWrapped { #expect(original == line) } else { #expect(scan(line).failure == nil) }
        }
    }
}
