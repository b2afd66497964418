import Campaign
import Testing

@Suite struct KillStormTests {
    @Test func aSmallStormLosesAndDoublesNothing() throws {
        let outcome = try CutContext().run(part: 5)
        #expect(outcome.violations == [])
        #expect(outcome.cases == 5)
        #expect(outcome.figures["records"] == 3_000)
    }
}
