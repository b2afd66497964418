import BatchCore
import Spool
import Testing

/// Documents that a former build left in a root can still be read.
@Suite struct FormerDocumentTests {
    @Test func countsWithoutWindowsHaveNone() throws {
        let json = #"{"in":3,"out":2,"failed":1,"truncated":1,"deduplicated":0}"#
        let counts = try DocumentCoding.decode(RecordCounts.self, from: Array(json.utf8))
        #expect(counts.read == 3)
        #expect(counts.windowed == 0)
    }

    @Test func aJobWithoutTheSizeOfItsShardsHasItsCuts() throws {
        let json =
            #"{"queue":"q","key":"a","source":"a.jsonl","accepted_wall_seconds":1,"input":{"bytes":9,"sha256":"","#
            + #""decoded_bytes":9,"frames":0,"checksummed":false,"manifest_confirmed":false,"byte_order_mark":false},"#
            + #""parts":[],"shards":[{"records":4096,"part":0,"byte_offset":0,"first_line":1},"#
            + #"{"records":7,"part":0,"byte_offset":90,"first_line":4097}],"configuration":"model: m\n"}"#
        let record = try DocumentCoding.decode(JobRecord.self, from: Array(json.utf8))
        #expect(record.shards.map(\.records) == [4096, 7])
        #expect(record.shardRecords == nil)
    }

    @Test func aShardSummaryWithoutWindowsIsWhole() throws {
        let seconds = #"{"read":0,"scan":0,"encode":0,"predict":0,"write":0}"#
        let model = #"{"name":"m","version":1,"weights_sha256":"0","precision":"int8"}"#
        let json =
            #"{"index":0,"records":1,"results":1,"errors":0,"results_bytes":9,"errors_bytes":0,"sha256":"","#
            + #""model":\#(model),"truncated":0,"labels":{},"confidence":[],"error_codes":{},"tokens":1,"batches":1,"#
            + #""batch_budget_tokens":64,"seconds":\#(seconds)}"#
        let summary = try DocumentCoding.decode(ShardSummary.self, from: Array(json.utf8))
        #expect(summary.results == 1)
        #expect(summary.windowed == nil)
        #expect(summary.lengths == nil)
        #expect(summary.finishedWallSeconds == nil)
        #expect(summary.failureSamples == nil)
    }
}
