import Campaign
import Testing

/// A few crashes of recoveries from crashes.
@Suite struct NestedCrashesTests {
    @Test func aCrashDuringRecoveryLosesAndDoublesNothing() throws {
        let place = try CutPlace()
        let outcome = try CampaignPart.nestedCrashes.run(1, place.context)
        #expect(outcome.violations == [])
        #expect(outcome.cases > 0)
    }
}
