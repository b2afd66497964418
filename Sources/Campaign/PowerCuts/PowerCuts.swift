import SystemPackage

extension CampaignPart {
    /// Cuts the power at every changing call, on three file systems.
    public static let powerCuts = CampaignPart(
        number: 2,
        name: "power-cuts",
        purpose: "the power is cut before every changing call, on ext4, ext4 with data=writeback, and XFS",
        seeds: 1...60,
        casesWanted: 10_000,
        needsRoot: true
    ) { seed, context in
        try PrivateMounts.run { try PowerCuts(seed: seed, context).run() }
    }
}

/// All cuts of one seed: one scenario on one file system.
private struct PowerCuts {
    let machine: PowerCutMachine
    let name: String

    /// Of so many calls one is also a cut under processes that live on.
    private static let callsPerLivingCut = 6

    init(seed: Int, _ context: CampaignContext) throws {
        let kinds = CutFileSystem.allCases
        let kind = kinds[seed % kinds.count]
        machine = try PowerCutMachine(kind, PowerCutScenario(seed: seed / kinds.count), context)
        name = kind.name
    }

    func run() throws -> SeedOutcome {
        var outcome = SeedOutcome()
        outcome.note(try PowerCutCase(on: machine, .afterwards).run(), "\(name), after the session")
        let calls = try machine.calls()
        guard calls > 50 else {
            throw CampaignError("the preloaded library counts \(calls) calls only: \(outcome.violations)")
        }
        outcome.figures["calls"] = Double(calls)
        for call in 1...calls {
            outcome.note(
                try PowerCutCase(on: machine, .killed(beforeCall: call)).run(),
                "\(name), killed before call \(call) of \(calls), then cut"
            )
            guard call % Self.callsPerLivingCut == 0 else { continue }
            outcome.note(
                try PowerCutCase(on: machine, .alive(beforeCall: call)).run(),
                "\(name), cut before call \(call) of \(calls) with the processes living on"
            )
        }
        return outcome
    }
}
