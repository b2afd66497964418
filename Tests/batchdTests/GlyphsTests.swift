import Foundation
import Testing

@testable import batchd

/// What batchd shows where UTF-8 cannot be shown.
@Suite struct GlyphsTests {
    @Test(arguments: [
        (["LANG": "en_GB.UTF-8"], Glyphs.unicode), (["LANG": "C.utf8"], .unicode), (["LC_CTYPE": "UTF-8"], .unicode),
        (["LC_ALL": "C", "LC_CTYPE": "C.UTF-8", "LANG": "C.UTF-8"], .ascii),
        (["LC_ALL": "", "LC_CTYPE": "POSIX", "LANG": "C.UTF-8"], .ascii), (["LANG": "zh_CN.GB18030"], .ascii),
        (["LC_ALL": "", "LANG": "C.UTF-8"], .unicode), ([:], .ascii),
    ])
    func theFirstVariableThatIsSetDecides(environment: [String: String], glyphs: Glyphs) {
        #expect(Glyphs.suitable(for: environment) == glyphs)
    }

    @Test func whatStandsForAnEllipsisIsAsWideAsOne() {
        #expect(Glyphs.ascii.ellipsis.displayWidth == Glyphs.unicode.ellipsis.displayWidth)
        #expect("queue/2026-11-21".fitted(to: 8, mark: "~") == "queue/2~")
        #expect("queue/2026-11-21".fittedInMiddle(to: 8, mark: "~") == "que~1-21")
    }

    @Test(arguments: ["doctor", "config reference batchd.yaml", "check a.jsonl --queue sentiment"])
    func ofItselfBatchdIsASCIIWhereTheLocaleIs(line: String) throws {
        let test = try TestRoot()
        try test.write(TestRoot.records(3), to: "a.jsonl")
        // A doctor has advice where something is wrong.
        let command = line.split(separator: " ").map(String.init)
        if line == "doctor" { try test.configure(queue: "sentiment", "modle: sentiment\n") }
        let plain = try test.start(command, environment: ["LC_ALL": "C"]).finish().output
        #expect(plain.utf8.allSatisfy { $0 < 0x80 }, "\(plain)")
        let full = try test.start(command, environment: ["LC_ALL": "C.UTF-8"]).finish().output
        if line == "doctor" { #expect(plain.contains("  -> ") && full.contains("  → ")) }
        if command[0] == "check" { #expect(full.contains("–")) }
    }
}
