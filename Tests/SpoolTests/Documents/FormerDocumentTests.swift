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
    }
}
