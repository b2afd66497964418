import BatchTesting
import Spool
import SystemPackage
import Testing

/// What the simulated disk forgets when the power fails.
@Suite struct SimulatedDiskPowerLossTests {
    private let disk = SimulatedDisk()

    /// What each of many power losses leaves, as the sorted paths.
    private func outcomes(of disk: SimulatedDisk) -> Set<[FilePath]> {
        Set((0..<200).map { disk.afterRestart(.powerLoss(seed: $0)).tree().map(\.path) })
    }

    @Test func whatWasSyncedStays() throws {
        try disk.create("a", [1, 2])
        try disk.syncDirectory("")
        for seed in 0..<50 as Range<UInt64> {
            #expect(try disk.afterRestart(.powerLoss(seed: seed)).contents("a") == [1, 2])
        }
    }

    @Test func aNameWithoutItsDirectorysSyncMayBeLost() throws {
        try disk.create("a", [1])
        #expect(outcomes(of: disk) == [[], ["a"]])
    }

    @Test func unsyncedDataMayBeOldCutZeroOrThere() throws {
        let file = try disk.open("a", .createNew)
        try file.append([1])
        try file.sync()
        try file.append([2, 3])
        try file.close()
        try disk.syncDirectory("")
        let contents = Set(try (0..<200).map { try disk.afterRestart(.powerLoss(seed: $0)).contents("a") })
        #expect(contents == [[1], [1, 2], [1, 0, 0], [1, 2, 3]])
    }

    @Test(arguments: [[], ["x"], ["y"]] as [[FilePath]])
    func aRenameIsUndecidedUntilBothDirectoriesAreSynced(_ synced: [FilePath]) throws {
        try prepareRename()
        for directory in synced { try disk.syncDirectory(directory) }
        #expect(outcomes(of: disk) == [["x", "x/a", "y"], ["x", "y", "y/b"]])
    }

    @Test func aRenameIsDurableWhenBothDirectoriesAreSynced() throws {
        try prepareRename()
        try disk.syncDirectory("x")
        try disk.syncDirectory("y")
        #expect(outcomes(of: disk) == [["x", "y", "y/b"]])
    }

    @Test func aRemovedNameMayComeBackUntilItsDirectoryIsSynced() throws {
        disk.drop([1], at: "a")
        try disk.removeFile("a")
        #expect(outcomes(of: disk) == [[], ["a"]])
        try disk.syncDirectory("")
        #expect(outcomes(of: disk) == [[]])
    }

    @Test func aReplacedFileIsTheOldOrTheNewNeverNeither() throws {
        disk.drop([1], at: "a")
        try disk.create("new", [2])
        try disk.syncDirectory("")
        try disk.rename("new", to: "a", replacing: true)
        let contents = Set(try (0..<100).map { try disk.afterRestart(.powerLoss(seed: $0)).contents("a") })
        #expect(contents == [[1], [2]])
    }

    @Test func aDurableStepBringsTheStepsItNeeds() throws {
        for directory in ["x", "y", "z"] as [FilePath] { disk.dropDirectory(directory) }
        disk.drop([1], at: "x/a")
        try disk.rename("x/a", to: "y/a", replacing: false)
        try disk.rename("y/a", to: "z/a", replacing: false)
        try disk.syncDirectory("y")
        try disk.syncDirectory("z")
        #expect(outcomes(of: disk) == [["x", "y", "z", "z/a"]])
    }

    @Test func aRemovedDirectoryWasEmptyOnTheMediumToo() throws {
        disk.dropDirectory("keep")
        disk.drop([1], at: "d/a")
        try disk.rename("d/a", to: "keep/a", replacing: false)
        try disk.removeDirectory("d")
        try disk.syncDirectory("")
        #expect(outcomes(of: disk) == [["keep", "keep/a"]])
    }

    @Test func syncingTheInsideOfADirectoryDoesNotSyncItsName() throws {
        try disk.makeDirectory("d")
        try disk.create("d/a", [1])
        try disk.syncDirectory("d")
        #expect(outcomes(of: disk) == [[], ["d", "d/a"]])
    }

    @Test func aJournalKeepsTheOrderOfNamesAndAnySyncCommitsIt() throws {
        let disk = SimulatedDisk(ordering: .journaled)
        try disk.makeDirectory("a")
        try disk.makeDirectory("b")
        #expect(outcomes(of: disk) == [[], ["a"], ["a", "b"]])
        try disk.create("f", [1])
        #expect(outcomes(of: disk) == [["a", "b", "f"]])
    }

    @Test func aSeedDecidesAlikeEachTime() throws {
        for index in 0..<20 {
            try disk.create(FilePath("file\(index)"), [UInt8](repeating: 1, count: index), synced: false)
        }
        let first = disk.afterRestart(.powerLoss(seed: 42)).tree().map { "\($0.path) \($0.content ?? [])" }
        let second = disk.afterRestart(.powerLoss(seed: 42)).tree().map { "\($0.path) \($0.content ?? [])" }
        #expect(first == second)
    }

    @Test func aDeadProcessKeepsWhatItWroteAndLosesItsOpenFiles() throws {
        let file = try disk.open("a", .createNew)
        try file.append([1])
        let next = disk.afterRestart(.process)
        #expect(try next.contents("a") == [1])
        #expect(try disk.writers(of: "a") == .some)
        #expect(try next.writers(of: "a") == WriterPresence.none)
        try file.append([2])
        #expect(try next.contents("a") == [1])
        try file.close()
    }

    private func prepareRename() throws {
        disk.dropDirectory("y")
        disk.drop([1], at: "x/a")
        try disk.rename("x/a", to: "y/b", replacing: false)
    }
}
