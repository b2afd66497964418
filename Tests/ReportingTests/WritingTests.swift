import Testing

@testable import Reporting

@Suite struct WritingTests {
    @Test(arguments: [
        ("a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;"),
        ("\u{0}\u{7F}\u{85}\n\t", "\\u{0}\\u{7f}\\u{85}\\u{a}\\u{9}"),
        ("\u{202E}\u{2066}\u{200B}\u{FEFF}\u{2028}\u{AD}", "\\u{202e}\\u{2066}\\u{200b}\\u{feff}\\u{2028}\\u{ad}"),
        ("👩‍👧 नमस्ते عربي 上涨", "👩‍👧 नमस्ते عربي 上涨"),
    ])
    func foreignTextIsHarmless(text: String, expected: String) {
        var bytes: [UInt8] = []
        ForeignText.append(text, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test func aMillionMarksOnOneLetterAreCutShort() {
        let text = "e" + String(repeating: "\u{301}", count: 100_000)
        #expect(ForeignText.shortened(text, to: 80).unicodeScalars.count == 80)
        #expect(ForeignText.shortened("short", to: 80) == "short")
    }

    @Test(arguments: [
        (0.0, "0"), (1.0, "1.00"), (9.996, "10.0"), (12.34, "12.3"), (99.96, "100"), (1234.5, "1,230"),
        (999_600.0, "1,000,000"), (0.012345, "0.0123"), (-4.567, "−4.57"), (.nan, "–"),
    ])
    func threeDigitsAreSignificant(value: Double, expected: String) {
        #expect(NumberText.significant(value) == expected)
    }

    @Test func sharesAreNeverRoundedToAllOrNothing() {
        #expect(NumberText.share(0, of: 10) == "0%")
        #expect(NumberText.share(10, of: 10) == "100%")
        #expect(NumberText.share(9_999_999, of: 10_000_000) == ">99.9%")
        #expect(NumberText.share(1, of: 10_000_000) == "<0.001%")
        #expect(NumberText.share(1, of: 3) == "33.3%")
        #expect(NumberText.share(1, of: 30) == "3.33%")
        #expect(NumberText.share(3, of: 0) == "–")
    }

    @Test(arguments: [
        (0.0123, "12.3 ms"), (0.9996, "1.00 s"), (59.96, "1 min 0 s"), (192.0, "3 min 12 s"), (7500.0, "2 h 05 min"),
        (260_000.0, "3 d 0 h"), (-1.0, "–"),
    ])
    func durationsAreInTheUnitThatFits(seconds: Double, expected: String) {
        #expect(NumberText.duration(seconds) == expected)
    }

    @Test func countsHaveTheirThousandsSetApart() {
        #expect(NumberText.count(0) == "0")
        #expect(NumberText.count(999) == "999")
        #expect(NumberText.count(10_000_000) == "10,000,000")
        #expect(NumberText.count(1, "record") == "1 record")
        #expect(NumberText.bytes(1023) == "1023 B")
        #expect(NumberText.bytes(12_900_000) == "12.3 MiB")
    }

    @Test(arguments: [
        (0.0, "1 Jan 1970, 00:00:00 UTC"), (951_782_399.0, "28 Feb 2000, 23:59:59 UTC"),
        (951_782_400.0, "29 Feb 2000, 00:00:00 UTC"), (1_772_366_400.5, "1 Mar 2026, 12:00:00 UTC"),
        (4_102_444_800.0, "1 Jan 2100, 00:00:00 UTC"),
    ])
    func secondsBecomeDates(seconds: Double, expected: String) {
        #expect(CivilTime(wallSeconds: seconds).moment == expected)
    }
}
