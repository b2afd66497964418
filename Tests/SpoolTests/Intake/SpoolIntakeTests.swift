import BatchTesting
import SystemPackage
import Testing

@testable import Spool

@Suite struct SpoolIntakeTests {
    private let settings = QueueConfiguration(model: "sentiment")
    private let incoming = QueueLayout(queue: "q").incoming

    /// A root on a simulated disk, and a file outside of `incoming/`.
    private func makeDisk() throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        for directory in SpoolLayout.directories { try disk.makeDirectory(directory) }
        try disk.writeDurably(Array("{\"text\":\"a\"}\n".utf8), to: "a.jsonl")
        return disk
    }

    private func names(_ disk: SimulatedDisk) throws -> [String] {
        try disk.entries(of: incoming, maximum: .max).map(\.name.string).sorted()
    }

    @Test func droppedFileIsThereWholeAndNothingElse() throws {
        let disk = try makeDisk()
        let intake = try SpoolIntake(disk: disk, queue: "q", settings: settings)
        let drop = try intake.drop("a.jsonl", on: disk, as: "a.jsonl")
        #expect(drop.expectation == .job("a"))
        #expect(try names(disk) == ["a.jsonl"])
        #expect(drop.sha256 == ContentHash.hexadecimal(of: Array("{\"text\":\"a\"}\n".utf8)))
    }

    @Test func waitingFileIsNotReplacedAndKeepsItsManifest() throws {
        let disk = try makeDisk()
        let intake = try SpoolIntake(disk: disk, queue: "q", settings: settings)
        _ = try intake.drop("a.jsonl", on: disk, as: "a.jsonl", repetition: .again)
        #expect(try names(disk) == ["a.jsonl", "a.jsonl.manifest.json"])
        #expect(throws: IntakeError.taken(incoming.appending("a.jsonl"))) {
            _ = try intake.drop("a.jsonl", on: disk, as: "a.jsonl")
        }
        #expect(try names(disk) == ["a.jsonl", "a.jsonl.manifest.json"])
    }

    @Test func fileThatIsBeingReadIsNotRepeatedBesideItself() throws {
        let disk = try makeDisk()
        let intake = try SpoolIntake(disk: disk, queue: "q", settings: settings)
        let claimed = QueueLayout(queue: "q").claimed.appending("a.jsonl")
        disk.drop(Array("{}\n".utf8), at: claimed)
        #expect(throws: IntakeError.unread(claimed)) {
            _ = try intake.drop("a.jsonl", on: disk, as: "a.jsonl", repetition: .again)
        }
        #expect(try names(disk) == [])
        #expect(try intake.drop("a.jsonl", on: disk, as: "a.jsonl").expectation == .job("a"))
    }

    /// I8, and that nobody ever claims half a file or a repetition without its manifest.
    @Test(arguments: [SpoolIntake.Repetition.none, .again])
    func whereverTheDropIsKilledTheFileIsWholeOrNotThere(repetition: SpoolIntake.Repetition) throws {
        for fault in [FaultPlan.Fault.killBefore, .killAfter, .tornWrite] {
            var call = 0
            var finished = false
            while !finished {
                let disk = try makeDisk()
                let intake = try SpoolIntake(disk: disk, queue: "q", settings: settings)
                let planned = disk.calls.count + 1 + call
                disk.setPlan(FaultPlan(call: planned, fault))
                let drop = try? intake.drop("a.jsonl", on: disk, as: "a.jsonl", repetition: repetition)
                finished = disk.calls.count < planned
                for restart in [Restart.process, .powerLoss(seed: 1), .powerLoss(seed: 2), .powerLoss(seed: 3)] {
                    try expectWholeOrAbsent(disk.afterRestart(restart), mustBeThere: drop != nil, repetition)
                }
                call += 1
            }
            #expect(call > 4)
        }
    }

    private func expectWholeOrAbsent(
        _ disk: SimulatedDisk,
        mustBeThere: Bool,
        _ repetition: SpoolIntake.Repetition
    ) throws {
        let content = disk.content(of: incoming.appending("a.jsonl"))
        if mustBeThere { #expect(content != nil) }
        guard let content else { return }
        #expect(content == Array("{\"text\":\"a\"}\n".utf8))
        if repetition == .again {
            #expect(disk.content(of: incoming.appending("a.jsonl.manifest.json")) != nil)
        }
    }

    @Test func manifestThatWaitsAloneIsSomebodyElses() throws {
        let disk = try makeDisk()
        let intake = try SpoolIntake(disk: disk, queue: "q", settings: settings)
        try disk.writeDurably([], to: incoming.appending("a.jsonl.manifest.json"))
        #expect(throws: IntakeError.taken(incoming.appending("a.jsonl.manifest.json"))) {
            _ = try intake.drop("a.jsonl", on: disk, as: "a.jsonl", repetition: .again)
        }
    }
}
