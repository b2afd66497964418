import BatchCore
import BatchTesting
import SystemPackage
import Testing

@testable import Spool

@Suite struct QueueHistoryTests {
    private let layout = QueueLayout(queue: "q")

    @Test func jobsStandInTheOrderInWhichTheyFinished() throws {
        var history = QueueHistory()
        for (key, second) in [("b", 3), ("c", 1), ("a", 3), ("d", 2)] {
            history.add(try Self.metrics(key, second: second))
        }
        #expect(history.jobs.map(\.job.key) == ["c", "d", "a", "b"])
        #expect(!history.isFull)
    }

    @Test func theOldestIsForgotten() throws {
        var history = QueueHistory(maximum: 2)
        for (key, second) in [("late", 9), ("early", 1), ("middle", 5)] {
            history.add(try Self.metrics(key, second: second))
        }
        #expect(history.jobs.map(\.job.key) == ["middle", "late"])
        #expect(history.isFull)
    }

    @Test func aJobIsRememberedOnce() throws {
        var history = QueueHistory()
        history.add(try Self.metrics("a", second: 1))
        history.add(try Self.metrics("a", second: 1))
        #expect(history.jobs.count == 1)
    }

    @Test func onlyFormerJobsAreBeforeAJob() throws {
        var history = QueueHistory()
        for (key, second) in [("a", 1), ("b", 2), ("c", 3)] { history.add(try Self.metrics(key, second: second)) }
        let known = try Self.metrics("b", second: 2)
        #expect(history.jobs(before: known).map(\.job.key) == ["a"])
        let unknown = try Self.metrics("x", second: 3)
        #expect(history.jobs(before: unknown).map(\.job.key) == ["a", "b", "c"])
    }

    @Test func whatIsDoneIsReadBack() throws {
        let disk = SimulatedDisk(clock: ManualClock())
        for (key, second) in [("b", 2), ("a", 1)] { try drop(key, second: second, on: disk) }
        disk.drop(Array("torn".utf8), at: layout.done("broken"))
        disk.drop(Array("half".utf8), at: layout.done.appending(".b.tmp"))
        let history = try QueueHistory(of: layout, on: disk)
        #expect(history.jobs.map(\.job.key) == ["a", "b"])
    }

    @Test func ofManyOnlyTheLastWrittenAreRead() throws {
        let clock = ManualClock()
        let disk = SimulatedDisk(clock: clock)
        for (key, second) in [("c", 1), ("a", 2), ("b", 3), ("d", 4)] {
            try drop(key, second: second, on: disk)
            clock.advance(bySeconds: 1)
        }
        #expect(try QueueHistory(of: layout, on: disk, maximum: 2).jobs.map(\.job.key) == ["b", "d"])
    }

    @Test func countsByGroupAreKeptForAsManyJobsAsMonitorsCompareAndNoMore() throws {
        var table = SliceTable(field: "company")
        for group in 0..<SliceLimits.groupsMaximum { table.count(value: "\(group)", labels: ["good"]) }
        var history = QueueHistory()
        for index in 0..<MonitorLimits.nightsMaximum + 2 {
            var metrics = try Self.metrics("\(index + 10)", second: 1)
            metrics.slices = [table]
            history.add(metrics)
        }
        let kept = history.jobs.map { $0.slices != nil }
        #expect(kept == [false, false] + [Bool](repeating: true, count: MonitorLimits.nightsMaximum))
    }

    @Test func aQueueThatNeverRanHasNone() throws {
        let disk = SimulatedDisk(clock: ManualClock())
        #expect(try QueueHistory(of: layout, on: disk).jobs.isEmpty)
    }

    private func drop(_ key: String, second: Int, on disk: SimulatedDisk) throws {
        let metrics = try DocumentCoding.encode(try Self.metrics(key, second: second))
        let json =
            #"{"job":{"queue":"q","key":"\#(key)"},"source":"\#(key).jsonl","kept_as":"\#(key).jsonl","#
            + #""outcome":"success","manifest_sha256":"0","metrics":\#(String(decoding: metrics, as: UTF8.self))}"#
        let record = try DocumentCoding.decode(DoneRecord.self, from: Array(json.utf8))
        disk.drop(try DocumentCoding.seal(record), at: layout.done(key))
    }

    private static func metrics(_ key: String, second: Int) throws -> JobMetrics {
        let json = """
            {"job":{"queue":"q","key":"\(key)"},"outcome":"success",
            "records":{"in":1,"out":1,"failed":0,"truncated":0,"windowed":0,"deduplicated":0},
            "errors":{},"labels":{"good":1},"confidence_histogram":[],"tokens":1,"padding_tokens":0,"batches":1,
            "batch_budget_tokens":64,"seconds":{"read":0,"scan":0,"encode":0,"predict":0,"write":0,"cpu":0,"wall":0},
            "records_per_second":1,"tokens_per_second":1,"peak_rss_bytes":1,"isa":"avx2","build":"batchd",
            "input":{"bytes":1,"sha256":"","decoded_bytes":1,"frames":0,"checksummed":false,
            "manifest_confirmed":false,"byte_order_mark":false},"attempts":0,
            "accepted_at":"2026-03-01T03:00:00.000Z","finished_at":"2026-03-01T03:00:0\(second).000Z"}
            """
        return try DocumentCoding.decode(JobMetrics.self, from: Array(json.utf8))
    }
}
