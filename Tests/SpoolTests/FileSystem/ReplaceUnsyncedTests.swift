import BatchTesting
import SystemPackage
import Testing

@testable import Spool

/// Files that are written every second, on disks with and without room.
@Suite struct ReplaceUnsyncedTests {
    private static let path: FilePath = "status.json"

    @Test func oldFileIsReplacedByRename() throws {
        let disk = SimulatedDisk()
        try disk.replaceUnsynced(Self.path, with: [1])
        try disk.replaceUnsynced(Self.path, with: [2, 3])
        #expect(try disk.readFile(Self.path, bytesMaximum: 10) == [2, 3])
        #expect(!disk.calls.contains { $0.operation == .removeFile })
    }

    @Test(arguments: [DiskCapacity(bytes: 3), DiskCapacity(inodes: 1)])
    func oldFileMakesRoomForTheNewOne(_ capacity: DiskCapacity) throws {
        let disk = SimulatedDisk(capacity: capacity)
        try disk.replaceUnsynced(Self.path, with: [1, 1])
        try disk.replaceUnsynced(Self.path, with: [2, 3, 4])
        #expect(try disk.readFile(Self.path, bytesMaximum: 10) == [2, 3, 4])
        #expect(try disk.entries(of: "", maximum: 10).count == 1)
    }

    @Test func whatFitsNowhereLeavesNothingBehind() throws {
        let disk = SimulatedDisk(capacity: DiskCapacity(bytes: 3))
        #expect(throws: FileSystemError.self) { try disk.replaceUnsynced(Self.path, with: [1, 2, 3, 4]) }
        #expect(try disk.entries(of: "", maximum: 10) == [])
    }
}
