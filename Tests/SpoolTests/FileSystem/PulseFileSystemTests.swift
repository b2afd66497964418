import BatchTesting
import Spool
import Synchronization
import SystemPackage
import Testing

@Suite struct PulseFileSystemTests {
    @Test func everyCallOfItsThreadIsToldAndNoneOfAnother() throws {
        let beats = Mutex(0)
        let expect = { (count: Int) in #expect(beats.withLock { $0 } == count) }
        try withoutActuallyEscaping({ beats.withLock { $0 += 1 } }) { beat in
            let disk = PulseFileSystem(SimulatedDisk(), beat: beat)
            try disk.create("a", [1])
            expect(4)
            _ = try disk.contents("a")
            expect(8)
            _ = try disk.status(of: "a")
            _ = try disk.entries(of: "", maximum: 9)
            try disk.syncDirectory("")
            expect(11)
            let other = Thread { _ = try? disk.status(of: "a") }
            other.join()
            expect(11)
            #expect(throws: FileSystemError.self) { try disk.removeFile("b") }
            expect(12)
        }
    }
}
