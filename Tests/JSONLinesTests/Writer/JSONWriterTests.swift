import JSONLines
import Testing

@Suite struct JSONWriterTests {
    private func written(_ append: (inout [UInt8]) -> Void) -> String {
        var output: [UInt8] = []
        append(&output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test func onlyWhatMustBeIsEscaped() {
        #expect(
            written { JSONWriter.appendString("a\"b\\c\u{0}\u{1F}\u{8}\t\n\u{C}\r/\u{7F}\u{2028}你\u{1F600}", to: &$0) }
                == #""a\"b\\c\u0000\u001f\b\t\n\f\r/"# + "\u{7F}\u{2028}你\u{1F600}\""
        )
        #expect(written { JSONWriter.appendString("", to: &$0) } == "\"\"")
    }

    @Test func stringsComeBackAtEveryLength() {
        for length in 0..<40 {
            let text = String(repeating: "é", count: length) + "\"" + String(repeating: "x", count: length) + "\\"
            let line = Array(("{\"text\":" + written { JSONWriter.appendString(text, to: &$0) } + "}").utf8)
            let record = scan(line).record
            var output: [UInt8] = []
            JSONText.appendUnescaped(line.span.bytes.extracting(record[1].contents), to: &output)
            #expect(output == Array(text.utf8))
        }
    }

    @Test(arguments: [
        (0, "0"), (-1, "-1"), (1_234_567_890, "1234567890"), (Int.max, "9223372036854775807"),
        (Int.min, "-9223372036854775808"),
    ])
    func integersAreWrittenWhole(value: Int, text: String) {
        #expect(written { JSONWriter.appendInteger(value, to: &$0) } == text)
    }

    @Test(
        arguments: [
            (0.0, "0"), (-0.0, "0"), (1.0, "1"), (0.5, "0.5"), (0.1234567, "0.123457"), (0.9999999, "1"),
            (-0.000_000_4, "0"),
            (-2.25, "-2.25"), (0.000_001, "0.000001"), (100.0, "100"), (0.0000005, "0"), (0.0000015, "0.000002"),
            (1e30, "1e+30"), (.nan, "null"), (.infinity, "null"), (-.infinity, "null"),
        ] as [(Double, String)]
    )
    func decimalsAreRoundedAndTrimmed(value: Double, text: String) {
        #expect(written { JSONWriter.appendDecimal(value, to: &$0) } == text)
    }

    @Test func decimalsFollowTheirDigits() {
        #expect(written { JSONWriter.appendDecimal(0.98 as Float, to: &$0) } == "0.98")
        #expect(written { JSONWriter.appendDecimal(12.345, fractionDigits: 0, to: &$0) } == "12")
        #expect(written { JSONWriter.appendDecimal(12.345, fractionDigits: 1, to: &$0) } == "12.3")
        #expect(written { JSONWriter.appendDecimal(0.123456789, fractionDigits: 9, to: &$0) } == "0.123456789")
    }

    @Test func base64IsCanonical() {
        let vectors = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        for (plain, encoded) in vectors {
            #expect(written { Base64.append(Array(plain.utf8).span.bytes, to: &$0) } == encoded)
            var decoded: [UInt8] = []
            #expect(Base64.appendDecoded(Array(encoded.utf8).span.bytes, to: &decoded))
            #expect(decoded == Array(plain.utf8))
        }
        for wrong in ["Z", "Zg=", "Zg", "Zh==", "Zm9=", "Zg==Zg==", "Z===", "====", "Zm9v\n", "Zm-_", "=m9v"] {
            var decoded: [UInt8] = [1]
            #expect(!Base64.appendDecoded(Array(wrong.utf8).span.bytes, to: &decoded), "\(wrong)")
            #expect(decoded == [1])
        }
    }
}
