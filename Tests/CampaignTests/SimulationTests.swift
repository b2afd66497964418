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
        for seed in UInt64(1)...4 {
            let first = try story(of: seed, tools)
            let second = try story(of: seed, tools)
            let difference = zip(first, second).first { $0 != $1 }
            #expect(difference == nil, "seed \(seed)")
            #expect(first.count == second.count && !first.isEmpty, "seed \(seed)")
        }
    }

    private func story(of seed: UInt64, _ tools: SimulationTools) throws -> [String] {
        var story: [String] = []
        _ = try Simulation.replay(seed: seed, tools: tools) { story.append($0) }
        return story
    }
}
