import JSONLines
import Testing

@Suite struct ErrorLineTests {
    private let error = RecordError(
        code: "missing_field",
        message: "No 'text'.",
        line: 7,
        byteOffset: 99,
        attempts: 2
    )
    private let suffix =
        #""_error":{"code":"missing_field","message":"No 'text'.","line":7,"byte_offset":99,"attempts":2}}"#

    private func written(_ original: [UInt8], isCutShort: Bool = false) -> String {
        var output: [UInt8] = []
        var line = ErrorLine()
        line.append(error, original: original.span.bytes, isCutShort: isCutShort, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private func original(_ line: String) -> [UInt8]? {
        let bytes = Array(line.utf8)
        let record = scan(bytes, keys: ErrorLine.keys).record
        var output: [UInt8] = []
        let isWrapped = ErrorLine.appendOriginal(
            of: bytes.span.bytes,
            error: record[0],
            raw: record[1],
            rawBase64: record[2],
            to: &output
        )
        return isWrapped ? output : nil
    }

    @Test func objectsKeepTheirMembers() {
        #expect(
            written(Array(#" {"id" : 1.50, "a":{"_error":1}} "#.utf8)) == #"{"id" : 1.50,"a":{"_error":1},"# + suffix
                + "\n"
        )
        #expect(written(Array("{}".utf8)) == "{" + suffix + "\n")
    }

    @Test func anOlderErrorIsReplaced() {
        #expect(written(Array(#"{"_error":{"code":"x"},"id":1,"\u005ferror":2}"#.utf8)) == #"{"id":1,"# + suffix + "\n")
        #expect(written(Array(#"{"_error":{}}"#.utf8)) == "{" + suffix + "\n")
    }

    @Test(arguments: ["[1,\"a\"]", "12", "{broken \\ \"", "", "{\"_raw\":\"mine\",\"id\":1}", "{\"_raw_base64\":1}"])
    func otherTextIsWrapped(line: String) {
        let output = written(Array(line.utf8))
        #expect(output.hasPrefix("{\"_raw\":\""))
        #expect(output.hasSuffix("," + suffix + "\n"))
        #expect(original(String(output.dropLast())) == Array(line.utf8))
    }

    @Test func whatIsNotUTF8IsKeptByteForByte() {
        let line = Array("{\"text\":\"".utf8) + [0xFF, 0x00, 0xC0, 0x80] + Array("\"}".utf8)
        let output = written(line)
        #expect(output == #"{"_raw_base64":"eyJ0ZXh0Ijoi/wDAgCJ9","# + suffix + "\n")
        #expect(original(String(output.dropLast())) == line)
    }

    @Test func base64WithEscapesIsReadAsWhatItStandsFor() {
        #expect(original(#"{"_raw_base64":"\/\/\u002b\/","_error":{}}"#) == [0xFF, 0xFF, 0xBF])
    }

    @Test func aCutLineIsWrappedEvenIfItsBeginningIsAnObject() {
        #expect(written(Array("{}".utf8), isCutShort: true) == #"{"_raw":"{}","# + suffix + "\n")
    }

    @Test(arguments: [
        #"{"_raw":"x"}"#, #"{"_raw":1,"_error":{}}"#, #"{"_raw":"x","_error":"text"}"#,
        #"{"_raw_base64":"not base64!","_error":{}}"#, #"{"_raw":"x","_raw_base64":"eA==","_error":{}}"#,
        #"{"text":"x","_error":{}}"#, #"{"_raw":"two\nlines","_error":{}}"#, #"{"_raw_base64":"Cg==","_error":{}}"#,
    ])
    func otherLinesStandForThemselves(line: String) {
        #expect(original(line) == nil)
    }
}
