import Foundation
import Testing

@Suite struct DoctorTests {
    @Test func freshRootHasNoErrorsAndIsLeftAsItWas() throws {
        let test = try TestRoot()
        try test.expect(0, "run", "--once")
        let before = try FileManager.default.subpathsOfDirectory(atPath: test.root.path).sorted()
        let output = try test.expect(0, "doctor").output
        #expect(output.contains("renames without replacing"))
        #expect(output.contains("sentiment@1, int8"))
        #expect(try FileManager.default.subpathsOfDirectory(atPath: test.root.path).sorted() == before)
    }

    @Test func errorsEndWith69AndSayWhatToDo() throws {
        let test = try TestRoot()
        try test.configure(queue: "sentiment", "model: nobody\n")
        try test.configure(queue: "other", "modle: sentiment\n")
        try FileManager.default.createDirectory(
            at: test.root.appending(path: "spool/sentiment/hold/stuck"),
            withIntermediateDirectories: true
        )
        let output = try test.expect(69, "doctor", "--brief").output
        #expect(output.contains("did you mean 'model'?"))
        #expect(output.contains("There is no model 'nobody'"))
        #expect(output.contains("spool/sentiment/hold: 1, the oldest for"))
        #expect(output.contains("→ mend it, then 'batchd config check'"))
        #expect(!output.contains("  ok "))
    }

    @Test(.enabled(if: TestRoot.canValidate)) func documentIsAsItsSchemaSays() throws {
        let test = try TestRoot()
        let file = try test.write(test.expect(0, "doctor", "--json").output, to: "doctor.json")
        try test.expectValid("doctor", URL(fileURLWithPath: file))
    }

    @Test func runningDaemonIsSeenAndNotDisturbed() throws {
        let test = try TestRoot()
        let daemon = try test.start("run")
        try test.expect(0, "submit", test.write(TestRoot.records(3), to: "a.jsonl"), "--queue", "sentiment", "--wait")
        #expect(try test.expect(0, "doctor").output.contains("a daemon runs, and spoke"))
        try test.expect(0, "submit", test.write(TestRoot.records(4), to: "b.jsonl"), "--queue", "sentiment", "--wait")
        daemon.signal(SIGTERM)
        #expect(daemon.finish().code == 0)
    }
}
