import BatchTesting
import Spool
import SystemPackage
import Testing

@Suite struct RenameProbeTests {
    private func probe(_ disk: SimulatedDisk) -> Finding {
        RenameProbe(disk: disk, queue: "q", token: "7", now: { 0 }).finding()
    }

    private func disk(plan: FaultPlan? = nil) throws -> SimulatedDisk {
        let disk = SimulatedDisk(plan: plan)
        try disk.makeDirectory("spool")
        try disk.makeDirectory("outbox")
        try QueueLayout(queue: "q").makeDirectories(on: disk)
        return disk
    }

    @Test func soundDiskIsFoundSoundAndLeftAsItWas() throws {
        let disk = try disk()
        #expect(probe(disk).severity == .ok)
        #expect(try disk.entries(of: "spool/q/staging", maximum: 9).isEmpty)
    }

    @Test func missingFlagIsAnError() throws {
        let plan = FaultPlan(call: 1, .failFromThenOn(.invalidArgument), operations: [.rename])
        let disk = try disk(plan: plan)
        let finding = probe(disk)
        #expect(finding.severity == .error)
        #expect(finding.advice?.contains("ext4") == true)
        #expect(try disk.entries(of: "spool/q/staging", maximum: 9).isEmpty)
    }

    @Test func whoMayNotWriteThereIsToldWhoMay() throws {
        let plan = FaultPlan(call: 1, .failFromThenOn(.permissionDenied), operations: [.create])
        let finding = probe(try disk(plan: plan))
        #expect(finding.severity == .note)
        #expect(finding.advice?.contains("user that batchd runs as") == true)
    }

    @Test func fullDiskIsAnErrorWithItsRemedy() throws {
        let plan = FaultPlan(call: 1, .failFromThenOn(.noSpace), operations: [.write])
        let finding = probe(try disk(plan: plan))
        #expect(finding.severity == .error)
        #expect(finding.advice?.contains("make room") == true)
    }

    @Test func queueThatWasNeverRunIsNoError() {
        #expect(probe(SimulatedDisk()).severity == .note)
    }
}
