import BatchTesting
import Glibc
import SystemPackage
import Testing

@testable import Campaign

/// A small cut of what hostile senders do.
@Suite struct HostileInputTests {
    private func run(_ seed: Int) throws -> SeedOutcome {
        guard let executable = realpath("/proc/self/exe", nil) else { throw Errno(rawValue: errno) }
        defer { free(executable) }
        let scratch = try ScratchDirectory()
        let context = CampaignContext(
            binary: FilePath(platformString: executable).removingLastComponent().appending("batchd"),
            scratch: scratch.path,
            sources: ".",
            isCut: true
        )
        return try CampaignPart.hostileInput.run(seed, context)
    }

    @Test(arguments: [6, 12])
    func aFlippedBitChangesNoAnswer(seed: Int) throws {
        let outcome = try run(seed)
        #expect(outcome.cases >= 8)
        #expect(outcome.violations == [])
        #expect(outcome.figures["other_answers"] == nil)
    }

    @Test func aFlippedBitIsNoticedInAStrictQueueAndMayNotBeInOneThatTakesFilesWithoutChecksum() throws {
        let (warned, strict) = (try run(13), try run(14))
        #expect(warned.violations == [])
        #expect(strict.violations == [])
        #expect(warned.figures["other_answers", default: 0] > 0)
        #expect(strict.figures["other_answers"] == nil)
    }

    @Test(arguments: [15, 18])
    func aFileThatWasCutFails(seed: Int) throws {
        let outcome = try run(seed)
        #expect(outcome.cases >= 8)
        #expect(outcome.violations == [])
    }

    @Test(arguments: [19, 20, 21])
    func bombsNamesAndEntriesOfAllKindsEndAsTheyShould(seed: Int) throws {
        let outcome = try run(seed)
        #expect(outcome.cases > 15)
        #expect(outcome.violations == [])
    }

    @Test(arguments: [22, 23, 24, 25, 26, 27, 37])
    func aSwapAtAnyCallStopsNothingAndGivesNothingAway(seed: Int) throws {
        let outcome = try run(seed)
        #expect(outcome.cases >= 8)
        #expect(outcome.violations == [])
    }
}
