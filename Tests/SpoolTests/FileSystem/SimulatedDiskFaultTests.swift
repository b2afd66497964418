import BatchTesting
import Spool
import SystemPackage
import Testing

/// How the simulated disk counts, fails and dies.
@Suite struct SimulatedDiskFaultTests {
    @Test func everyChangingCallIsCountedAndNoOther() throws {
        let disk = SimulatedDisk()
        try disk.makeDirectory("d")
        try disk.create("d/a", [1, 2])
        try disk.rename("d/a", to: "b", replacing: false)
        _ = try disk.contents("b")
        _ = try disk.names(in: "")
        _ = try disk.status(of: "b")
        _ = try disk.space()
        _ = try disk.writers(of: "b")
        try disk.syncDirectory("")
        try disk.removeFile("b")
        try disk.removeDirectory("d")
        #expect(
            disk.calls.map(\.description) == [
                "1 makeDirectory d", "2 create d/a", "3 write d/a", "4 sync d/a", "5 close d/a",
                "6 rename d/a -> b", "7 syncDirectory ", "8 removeFile b", "9 removeDirectory d",
            ]
        )
    }

    @Test func aKillBeforeDoesNothingAndEndsEverything() throws {
        let disk = SimulatedDisk(plan: FaultPlan(call: 2, .killBefore))
        try disk.makeDirectory("d")
        #expect(!disk.isDead)
        try expectDeath { try disk.makeDirectory("e") }
        try expectDeath { try disk.makeDirectory("f") }
        try expectDeath { _ = try disk.status(of: "d") }
        #expect(disk.isDead)
        #expect(disk.calls.count == 2)
        #expect(try disk.afterRestart(.process).names(in: "") == ["d"])
    }

    @Test func aKillAfterHasDoneItsWork() throws {
        let disk = SimulatedDisk(plan: FaultPlan(call: 1, .killAfter))
        try expectDeath { try disk.makeDirectory("d") }
        #expect(try disk.afterRestart(.process).names(in: "") == ["d"])
    }

    @Test func aTornWriteLeavesHalf() throws {
        let disk = SimulatedDisk(plan: FaultPlan(call: 1, .tornWrite, operations: [.write]))
        try expectDeath { try disk.create("a", [1, 2, 3, 4]) }
        #expect(try disk.afterRestart(.process).contents("a") == [1, 2])
    }

    @Test func anErrorOnceIsOnceAndAStickyOneStays() throws {
        let once = SimulatedDisk(plan: FaultPlan(call: 1, .failOnce(.ioError), operations: [.rename]))
        try once.create("a", [1])
        try expect(.ioError) { try once.rename("a", to: "b", replacing: false) }
        try once.rename("a", to: "b", replacing: false)

        let sticky = SimulatedDisk(plan: FaultPlan(call: 2, .failFromThenOn(.readOnlyFileSystem), below: "d"))
        try sticky.makeDirectory("d")
        try expect(.readOnlyFileSystem) { try sticky.makeDirectory("d/e") }
        try sticky.makeDirectory("elsewhere")
        try expect(.readOnlyFileSystem) { try sticky.rename("elsewhere", to: "d/f", replacing: false) }
        sticky.setPlan(nil)
        try sticky.makeDirectory("d/e")
    }

    @Test func aSyncThatFailedOnceLosesTheDataThoughTheNextSucceeds() throws {
        let disk = SimulatedDisk(plan: FaultPlan(call: 1, .failOnce(.ioError), operations: [.sync]))
        let file = try disk.open("a", .createNew)
        try file.append([1, 2, 3])
        try expect(.ioError) { try file.sync() }
        try file.sync()
        try file.close()
        try disk.syncDirectory("")
        #expect(try disk.contents("a") == [1, 2, 3])
        #expect(try disk.afterRestart(.powerLoss(seed: 1)).contents("a") == [0, 0, 0])
    }

    @Test func aFullDiskCreatesAndClosesButDoesNotWrite() throws {
        let disk = SimulatedDisk(capacity: DiskCapacity(bytes: 3, inodes: 2))
        let file = try disk.open("a", .createNew)
        try expect(.noSpace) { try file.append([1, 2, 3, 4]) }
        try file.close()
        #expect(try disk.contents("a") == [1, 2, 3])
        #expect(try disk.space() == FreeSpace(bytes: 0, inodes: 1))
        try disk.create("b", [])
        try expect(.noSpace) { try disk.makeDirectory("c") }
        try disk.removeFile("a")
        #expect(try disk.space() == FreeSpace(bytes: 3, inodes: 1))
    }

    @Test func spaceOfAnOpenFileIsFreedWhenItCloses() throws {
        let disk = SimulatedDisk(capacity: DiskCapacity(bytes: 3))
        try disk.create("a", [1, 2, 3])
        let file = try disk.open("a", .read)
        try disk.removeFile("a")
        #expect(try disk.space().bytes == 0)
        try file.close()
        #expect(try disk.space().bytes == 3)
    }

    @Test func aTestPutsFilesThereAndTakesThemAwayUncounted() throws {
        let clock = ManualClock(wallSeconds: 5)
        let disk = SimulatedDisk(clock: clock)
        disk.drop([1], at: "spool/q/incoming/a")
        clock.advance(bySeconds: 2)
        disk.drop([2, 3], at: "spool/q/incoming/a")
        #expect(disk.calls.isEmpty)
        #expect(disk.content(of: "spool/q/incoming/a") == [2, 3])
        #expect(try disk.status(of: "spool/q/incoming/a")?.modifiedSeconds == 7)
        let survivor = disk.afterRestart(.powerLoss(seed: 0))
        #expect(survivor.tree().map(\.path) == ["spool", "spool/q", "spool/q/incoming", "spool/q/incoming/a"])
        survivor.collect("spool")
        #expect(survivor.afterRestart(.powerLoss(seed: 0)).tree().isEmpty)
    }
}

/// Expects that the process is dead.
func expectDeath(sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void) throws {
    let error = try #require(throws: FileSystemError.self, sourceLocation: sourceLocation) { try body() }
    #expect(error.isSimulatedDeath, sourceLocation: sourceLocation)
}
