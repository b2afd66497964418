import BatchCore
import BatchTesting
import Testing

@testable import Spool

/// Records of finished jobs, read with and without their counts by group.
@Suite struct DoneRecordTests {
    private static let values = ["ACME", "a \"quoted\" \\ one", "\"slices\":[", "é", "e\u{301}", "\u{1}\n", "株式会社"]

    private static func record() throws -> DoneRecord {
        var table = SliceTable(field: "company")
        for (index, value) in values.enumerated() {
            for _ in 0...index { table.count(value: GroupValue(value), labels: ["good", index > 2 ? "odd\"" : "bad"]) }
        }
        table.count(value: nil, labels: ["good"])
        var record = try HistoryRecords.record("a", second: 1)
        record.metrics.slices = [table, SliceTable(field: "country")]
        return record
    }

    @Test func countsByGroupAreReadAsADecoderReadsThem() throws {
        let record = try Self.record()
        let content = try DocumentCoding.encode(record)
        #expect(try DoneRecord(content: content[...], withGroups: true) == record)
        #expect(try DocumentCoding.decode(DoneRecord.self, from: content) == record)
    }

    @Test func withoutThemAllElseIsTheSame() throws {
        var record = try Self.record()
        let content = try DocumentCoding.encode(record)
        record.metrics.slices = nil
        #expect(try DoneRecord(content: content[...], withGroups: false) == record)
        #expect(try DoneRecord(content: DocumentCoding.encode(record)[...], withGroups: true) == record)
    }

    /// Ten thousand groups cost a decoder a tenth of a second, in each of hundreds of records.
    @Test func whatIsNotAskedForIsNotDecoded() throws {
        let text = String(decoding: try DocumentCoding.encode(Self.record()), as: UTF8.self)
        let strange = Array(text.replacing(#""field":"company""#, with: #""field":17"#).utf8)
        #expect(try DoneRecord(content: strange[...], withGroups: false).job.key == "a")
        #expect(throws: DecodingError.self) { try DoneRecord(content: strange[...], withGroups: true) }
    }

    @Test func aSealIsOfAllThatStandsBeforeIt() throws {
        let sealed = try DocumentCoding.seal(try Self.record())
        #expect(try DocumentCoding.unseal(DoneRecord.self, from: sealed) == Self.record())
        for count in 0..<sealed.count { #expect(DocumentCoding.content(ofSealed: Array(sealed[..<count])) == nil) }
        for index in stride(from: 0, to: sealed.count, by: 7) {
            var changed = sealed
            changed[index] ^= 1
            #expect(DocumentCoding.content(ofSealed: changed) == nil)
        }
        #expect(DocumentCoding.content(ofSealed: sealed + [0x0A]) == nil)
    }
}

/// Records of finished jobs, as small as they may be.
enum HistoryRecords {
    static func drop(_ key: String, second: Int, in layout: QueueLayout, on disk: SimulatedDisk) throws {
        disk.drop(try DocumentCoding.seal(try record(key, second: second)), at: layout.done(key))
    }

    static func record(_ key: String, second: Int) throws -> DoneRecord {
        let metrics = String(decoding: try DocumentCoding.encode(try metrics(key, second: second)), as: UTF8.self)
        let json =
            #"{"job":{"queue":"q","key":"\#(key)"},"source":"\#(key).jsonl","kept_as":"\#(key).jsonl","#
            + #""outcome":"success","manifest_sha256":"0","metrics":\#(metrics)}"#
        return try DocumentCoding.decode(DoneRecord.self, from: Array(json.utf8))
    }

    /// A job that finished in the night of 1 March 2026, so many seconds after three.
    static func metrics(_ key: String, second: Int) throws -> JobMetrics {
        let (minutes, seconds) = (100 + second / 60, 100 + second % 60)
        let time = "2026-03-01T03:\(String(minutes).dropFirst()):\(String(seconds).dropFirst()).000Z"
        let json = """
            {"job":{"queue":"q","key":"\(key)"},"outcome":"success",
            "records":{"in":1,"out":1,"failed":0,"truncated":0,"windowed":0,"deduplicated":0},
            "errors":{},"labels":{"good":1},"confidence_histogram":[],"tokens":1,"padding_tokens":0,"batches":1,
            "batch_budget_tokens":64,"seconds":{"read":0,"scan":0,"encode":0,"predict":0,"write":0,"cpu":0,"wall":0},
            "records_per_second":1,"tokens_per_second":1,"peak_rss_bytes":1,"isa":"avx2","build":"batchd",
            "input":{"bytes":1,"sha256":"","decoded_bytes":1,"frames":0,"checksummed":false,
            "manifest_confirmed":false,"byte_order_mark":false},"attempts":0,
            "accepted_at":"2026-03-01T03:00:00.000Z","finished_at":"\(time)"}
            """
        return try DocumentCoding.decode(JobMetrics.self, from: Array(json.utf8))
    }
}
