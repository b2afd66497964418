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

    @Test func aSilentDaemonWithRoomDoesNotWait() throws {
        #expect(try pause(with: .unlimited) == nil)
    }

    @Test func nobodyWaitsWhereNoDaemonRuns() throws {
        #expect(try pause(with: DiskCapacity(bytes: 100), isRunning: false) == nil)
    }
}
