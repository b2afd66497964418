import Campaign
import Testing

/// A few of the deeds at a few of the calls.
@Suite struct EveryCallTests {
    @Test func whateverHappensAtACallNothingIsLostOrDoubled() throws {
        let place = try CutPlace()
        let outcome = try CampaignPart.everyCall.run(4, place.context)
        #expect(outcome.violations == [])
        #expect(outcome.cases > 0)
    }
}
