import Campaign
import Testing

@Suite struct TimeTests {
    @Test func ofSeveralDaemonsOneIsActiveWhateverBecomesOfTheLockFile() throws {
        let outcome = try CutContext().run(part: 9)
        #expect(outcome.violations == [])
        #expect(outcome.cases == 7)
    }
}
