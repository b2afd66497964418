import BatchTesting
import Spool
import SystemPackage
import Testing

/// An errors file dropped into `incoming/` is read as the records it was made of.
@Suite struct ReplayTests {
    private static let configuration = """
        model: marked
        settle_seconds: 0
        limits: { line_bytes: 100, keys: 5 }
        """

    private static func record(bytes: Int) -> String {
        let frame = #"{"title": ""}"#
        return #"{"title": "\#(String(repeating: "x", count: bytes - frame.utf8.count))"}"#
    }

    private func replay(_ lines: [String]) throws -> (first: [Int: String], second: [Int: String]) {
        let root = OneQueue()
        root.drop((["{\"text\": \"good\"}"] + lines).map { $0 + "\n" }.joined(), as: "job.jsonl")
        let harness = try root.harness(Self.configuration)
        #expect(harness.run() == .idle)
        let errors = try #require(try root.job("job").files[PublishedName.errors])
        root.disk.drop(errors, at: root.layout.incoming.appending("errors.jsonl.zst"))
        #expect(harness.work() == .idle)
        return (try root.job("job").errorCodes(), try root.job("job.replay1").errorCodes())
    }

    @Test func recordAtTheLengthLimitReplaysAsItself() throws {
        let (first, second) = try replay([Self.record(bytes: 100)])
        #expect(first == [2: "missing_field"])
        #expect(second == [1: "missing_field"])
    }

    @Test func recordAtTheKeyLimitReplaysAsItself() throws {
        let (first, second) = try replay([#"{"a":1,"b":2,"c":3,"d":4,"e":5}"#])
        #expect(first == [2: "missing_field"])
        #expect(second == [1: "missing_field"])
    }

    @Test func lineThatIsNoRecordReplaysAsItself() throws {
        let (first, second) = try replay(["[" + String(repeating: "\"", count: 60)])
        #expect(first == [2: "invalid_json_line"])
        #expect(second == [1: "invalid_json_line"])
    }

    @Test func recordsBeyondTheLimitsStillFail() throws {
        let (first, _) = try replay([
            Self.record(bytes: 101), #"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}"#, Self.record(bytes: 100_000),
            #"{"title":"\#(String(repeating: "é", count: 100))","_error":{}}"#,
        ])
        #expect(first == [2: "line_too_long", 3: "invalid_json_line", 4: "line_too_long", 5: "line_too_long"])
    }
}
