import Foundation
import Testing

/// `check`, seen from outside.
@Suite struct CheckTests {
    @Test func cleanFileIsClean() throws {
        let test = try TestRoot()
        let report = try check(TestRoot.records(20), name: "a.jsonl", code: 0, test)
        #expect(report["verdict"] as? String == "clean")
        #expect(report["records"] as? Int == 20)
        #expect(report["sample_records"] as? Int == 20)
        #expect(test.names(in: "spool/sentiment/incoming") == [])
    }

    @Test func badLinesAreCountedByCodeWithTheirNumbers() throws {
        let test = try TestRoot()
        let content = "{\"text\":\"a\"}\n\n[]\n{\"text\":1}\n{\"a\":\n[2]\n"
        let report = try check(content, name: "a.jsonl", code: 65, test)
        #expect(report["verdict"] as? String == "errors")
        #expect(report["bad"] as? Int == 4)
        #expect(report["blank_lines"] as? Int == 1)
        let bad = try #require(report["bad_lines"] as? [[String: Any]])
        #expect(bad.map { $0["code"] as? String } == ["not_an_object", "invalid_json_line", "wrong_type"])
        #expect(bad.first?["lines"] as? [Int] == [3, 6])
    }

    @Test func duplicateIDsAreFoundHoweverTheyAreWritten() throws {
        let test = try TestRoot()
        let content = """
            {"id":"a","text":"x"}
            {"id":1,"text":"x"}
            {"id":"\\u0061","text":"x"}
            {"id":"1","text":"x"}
            {"text":"x"}
            {"text":"x"}
            """
        let report = try check(content, name: "a.jsonl", code: 0, test)
        let duplicates = try #require(report["duplicate_ids"] as? [String: Any])
        #expect(duplicates["count"] as? Int == 1)
        #expect(duplicates["exact"] as? Bool == true)
        let example = try #require((duplicates["examples"] as? [[String: Any]])?.first)
        #expect(example["line"] as? Int == 3)
        #expect(example["first_line"] as? Int == 1)
    }

    @Test func fileThatWouldBeQuarantinedIsSaidToBe() throws {
        let test = try TestRoot()
        #expect(try reason(of: check("no zstd", name: "a.jsonl.zst", code: 65, test)) == "zstd_bad_magic")
        try test.configure(queue: "sentiment", "model: sentiment\nlimits: { records: 3 }\n")
        #expect(try reason(of: check(TestRoot.records(4), name: "b.jsonl", code: 65, test)) == "too_many_records")
        try test.configure(queue: "sentiment", "model: sentiment\nintegrity: strict\n")
        #expect(try reason(of: check(TestRoot.records(4), name: "b.jsonl", code: 65, test)) == "checksum_missing")
        #expect(try reason(of: check(TestRoot.records(4), name: "b.csv", code: 65, test)) == "unusable_name")
    }

    @Test func jobThatWouldFailIsSaidTo() throws {
        let test = try TestRoot()
        #expect(try check("1\n2\n", name: "a.jsonl", code: 65, test)["verdict"] as? String == "failed")
        try test.configure(queue: "sentiment", "model: sentiment\nerror_threshold: 0\n")
        let report = try check("{\"text\":\"a\"}\n2\n", name: "a.jsonl", code: 65, test)
        #expect(report["verdict"] as? String == "failed")
    }

    private func check(_ content: String, name: String, code: Int32, _ test: TestRoot) throws -> [String: Any] {
        let file = try test.write(content, to: name)
        return try TestRoot.object(test.expect(code, "check", file, "--queue", "sentiment", "--json").output)
    }

    private func reason(of report: [String: Any]) throws -> String? {
        #expect(report["verdict"] as? String == "quarantined")
        return (report["reason"] as? [String: String])?["code"]
    }
}
