import SystemPackage
import Testing

@testable import Campaign

/// A small part of the simulation that the campaign runs a million times.
@Suite struct SimulationTests {
    @Test func aCutOfTheSimulationFindsNothing() throws {
        let context = CampaignContext(binary: "/usr/bin/true", scratch: "/tmp", sources: "/", isCut: true)
        let outcome = try CampaignPart.simulation.run(1, context)
        #expect(outcome.cases == Simulation.runsOfCut)
        #expect(outcome.wrong == 0, "\(outcome.violations.joined(separator: "\n"))")
    }

    @Test func aSeedTellsTheWholeStory() throws {
        let tools = try SimulationTools()
        for seed in UInt64(1)...20 {
            var stories: [[String]] = []
            for _ in 0..<2 {
                var story: [String] = []
                _ = try Simulation.replay(seed: seed, tools: tools) { story.append($0) }
                stories.append(story)
            }
            #expect(stories[0] == stories[1], "seed \(seed)")
            #expect(!stories[0].isEmpty)
        }
    }
}
