extension CampaignPart {
    /// Runs on a disk and clocks in memory.
    static let simulation = CampaignPart(
        number: 4,
        name: "simulation",
        purpose: "runs on a simulated disk and clock: inputs, interleavings, faults and restarts drawn from the seed",
        seeds: 1...120,
        casesWanted: 1_000_000
    ) { seed, context in
        try Simulation.run(seed: seed, runs: context.isCut ? Simulation.runsOfCut : Simulation.runsPerSeed)
    }
}

/// Seeded runs of the whole spool on a simulated disk.
public enum Simulation {
    /// The runs of one seed of the campaign.
    public static let runsPerSeed = 10_000
    /// The runs of a cut.
    static let runsOfCut = 100

    static func run(seed: Int, runs: Int) throws -> SeedOutcome {
        let tools = try SimulationTools()
        var outcome = SeedOutcome()
        var lives = 0
        var calls = 0
        for index in 0..<runs {
            let runSeed = seed * runsPerSeed + index
            let run = try SimulatedRun(seed: UInt64(runSeed), tools: tools)
            let violations = run.go()
            outcome.note(violations, "torture simulate --seed \(runSeed) --trace")
            lives += run.lives
            calls += run.calls
        }
        outcome.figures = ["lives": Double(lives), "calls": Double(calls)]
        return outcome
    }

    /// Does one run again.
    ///
    /// - Parameters:
    ///   - seed: The run's seed, as a failed run has printed it.
    ///   - tools: What runs share.
    ///   - tell: Is told all that happens.
    /// - Returns: What went wrong, one sentence each.
    /// - Throws: Where the run cannot be set up.
    public static func replay(seed: UInt64, tools: SimulationTools, tell: ((String) -> Void)?) throws -> [String] {
        try SimulatedRun(seed: seed, tools: tools, tell: tell).go()
    }
}
