import BatchTesting
import Testing

@testable import Spool

/// What a status says where the daemon itself cannot.
@Suite struct StatusReaderTests {
    private func pause(with capacity: DiskCapacity, isRunning: Bool = true) throws -> String? {
        let root = OneQueue()
        root.disk.setCapacity(capacity)
        let reader = try StatusReader(disk: root.disk, isRunning: isRunning, rowsMaximum: 10, finishedMaximum: nil)
        return try reader.report(of: []).daemon.pause
    }

    @Test(arguments: [DiskCapacity(bytes: 100), DiskCapacity(inodes: 1)])
    func aSilentDaemonOnAFullDiskWaits(_ capacity: DiskCapacity) throws {
        let pause = try #require(try pause(with: capacity))
        #expect(pause.contains("are free"))
        #expect(pause.contains("make room"))
    }

    @Test func aDaemonThatHasSaidNothingForLongIsSaidToHang() throws {
        let root = OneQueue()
        func silence(isRunning: Bool = true) throws -> Double? {
            let reader = try StatusReader(
                disk: root.disk,
                isRunning: isRunning,
                rowsMaximum: 1,
                finishedMaximum: nil,
                time: root.clock
            )
            return try reader.report(of: []).daemon.silentSeconds
        }
        #expect(try silence() == nil, "nothing tells since when it runs")
        try root.disk.writeSynced([], to: SpoolLayout.lock)
        root.clock.advance(bySeconds: 29)
        #expect(try silence() == nil)
        root.clock.advance(bySeconds: 1)
        #expect(try silence() == 30)
        let snapshot = StatusSnapshot(
            writtenWallSeconds: root.clock.wallSeconds,
            jobs: [],
            recordsPerSecond: 0,
            pause: nil,
            stoppedQueues: [:],
            waitingFiles: [:]
        )
        root.disk.drop(try DocumentCoding.encode(snapshot), at: SpoolLayout.statusSnapshot)
        #expect(try silence() == nil)
        root.clock.advance(bySeconds: 45)
        #expect(try silence() == 45)
        #expect(try silence(isRunning: false) == nil)
        // One that was started a moment ago has not been silent since the last one ended.
        try root.disk.writeSynced([], to: SpoolLayout.lock)
        #expect(try silence() == nil)
    }

    @Test func aSilentDaemonWithRoomDoesNotWait() throws {
        #expect(try pause(with: .unlimited) == nil)
    }

    @Test func nobodyWaitsWhereNoDaemonRuns() throws {
        #expect(try pause(with: DiskCapacity(bytes: 100), isRunning: false) == nil)
    }
}
