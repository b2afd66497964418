import BatchCore
import BatchTesting
import SystemPackage
import Testing

@testable import Spool

@Suite struct QueueHistoryTests {
    private let layout = QueueLayout(queue: "q")

    @Test func jobsThatAreReadStandInTheOrderInWhichTheyFinished() throws {
        let disk = SimulatedDisk(clock: ManualClock())
        for (key, second) in [("b", 3), ("c", 1), ("a", 3), ("d", 2)] {
            try HistoryRecords.drop(key, second: second, in: layout, on: disk)
        }
        let history = try QueueHistory(of: layout, on: disk)
        #expect(history.jobs.map(\.job.key) == ["c", "d", "a", "b"])
        #expect(!history.isFull)
    }

    /// The clock may have been ahead, and set right since.
    @Test func whatIsAddedIsTheNewestWhateverItsClockSays() throws {
        var history = QueueHistory(maximum: 2)
        for (key, second) in [("early", 1), ("ahead", 9), ("right", 5)] {
            history.add(try HistoryRecords.metrics(key, second: second))
        }
        #expect(history.jobs.map(\.job.key) == ["ahead", "right"])
        #expect(history.isFull)
    }

    @Test func aJobIsRememberedOnce() throws {
        var history = QueueHistory()
        history.add(try HistoryRecords.metrics("a", second: 1))
        history.add(try HistoryRecords.metrics("a", second: 1))
        #expect(history.jobs.count == 1)
    }

    @Test func whatIsDoneIsReadBack() throws {
        let disk = SimulatedDisk(clock: ManualClock())
        for (key, second) in [("b", 2), ("a", 1)] { try HistoryRecords.drop(key, second: second, in: layout, on: disk) }
        disk.drop(Array("torn".utf8), at: layout.done("broken"))
        disk.drop(Array("half".utf8), at: layout.done.appending(".b.tmp"))
        let history = try QueueHistory(of: layout, on: disk)
        #expect(history.jobs.map(\.job.key) == ["a", "b"])
    }

    @Test func ofManyOnlyTheLastWrittenAreRead() throws {
        let clock = ManualClock()
        let disk = SimulatedDisk(clock: clock)
        for (key, second) in [("c", 1), ("a", 2), ("b", 3), ("d", 4)] {
            try HistoryRecords.drop(key, second: second, in: layout, on: disk)
            clock.advance(bySeconds: 1)
        }
        #expect(try QueueHistory(of: layout, on: disk, maximum: 2).jobs.map(\.job.key) == ["b", "d"])
    }

    @Test func countsByGroupAreKeptForAsManyJobsAsMonitorsCompareAndNoMore() throws {
        var table = SliceTable(field: "company")
        for group in 0..<SliceLimits.groupsMaximum { table.count(value: "\(group)", labels: ["good"]) }
        var history = QueueHistory()
        for index in 0..<MonitorLimits.nightsMaximum + 2 {
            var metrics = try HistoryRecords.metrics("\(index + 10)", second: 1)
            metrics.slices = [table]
            history.add(metrics)
        }
        let kept = history.jobs.map { $0.slices != nil }
        #expect(kept == [false, false] + [Bool](repeating: true, count: MonitorLimits.nightsMaximum))
    }

    @Test func countsByGroupAreReadOfTheJobsThatFinishedLast() throws {
        let clock = ManualClock()
        let disk = SimulatedDisk(clock: clock)
        var table = SliceTable(field: "company")
        table.count(value: "ACME", labels: ["good"])
        // Written in the other order, as a restored root may have it: what counts is when jobs finished.
        for second in (0..<QueueHistory.slicedJobsMaximum + 3).reversed() {
            var record = try HistoryRecords.record("\(second + 100)", second: second)
            record.metrics.slices = [table]
            disk.drop(try DocumentCoding.seal(record), at: layout.done(record.job.key))
            clock.advance(bySeconds: 1)
        }
        let jobs = try QueueHistory(of: layout, on: disk).jobs
        #expect(jobs.map(\.job.key) == (100..<100 + jobs.count).map { "\($0)" })
        #expect(jobs.map { $0.slices == nil ? 0 : 1 } == jobs.indices.map { $0 < 3 ? 0 : 1 })
        #expect(jobs.last?.slices == [table])
    }

    @Test func aQueueThatNeverRanHasNone() throws {
        let disk = SimulatedDisk(clock: ManualClock())
        #expect(try QueueHistory(of: layout, on: disk).jobs.isEmpty)
    }
}
