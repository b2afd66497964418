import Campaign
import Testing

@Suite struct SizeTests {
    @Test func aThousandWaitingFilesAreClaimedAndAnswered() throws {
        let outcome = try CutContext().run(part: 10, seed: 1)
        #expect(outcome.violations == [])
        #expect(outcome.cases >= 20)
    }

    @Test func aJobOfManyShardsIsAnsweredLineByLine() throws {
        let outcome = try CutContext().run(part: 10, seed: 2)
        #expect(outcome.violations == [])
    }
}
