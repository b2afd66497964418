import SystemPackage

extension CampaignPart {
    /// What senders may drop, by mistake or on purpose.
    static let hostileInput = CampaignPart(
        number: 8,
        name: "hostile-input",
        purpose: """
            spoils files and names: seeds 1..12 flip every bit of three compressed files, 13 and 14 of one without \
            checksum, 15..18 cut four files at every length, 19 drops bombs, 20 and 21 hostile names, 22..26 swap a \
            drop for links, FIFOs and such before every call, 27..36 before random calls, \
            37..40 beside the running daemon
            """,
        seeds: 1...40,
        casesWanted: 400_000
    ) { seed, context in
        switch seed {
        case 1...12: try DamageSeeds.flips(portion: seed - 1, isCut: context.isCut)
        case 13...14: try DamageSeeds.uncheckedFlips(strict: seed == 14, isCut: context.isCut)
        case 15...18: try DamageSeeds.cuts(portion: seed - 15, isCut: context.isCut)
        case 19: try BombSeed.run(context)
        case 20: try NameSeeds.names(context)
        case 21: try NameSeeds.entries(context)
        case 22...26: try SwapSeeds.everyCall(SwapScene.Target.allCases[seed - 22], context)
        case 27...36: try SwapSeeds.storm(seed, context)
        case 37...40: try LiveSwaps.run(seed, context)
        default: throw CampaignError("part 8 has no seed \(seed)")
        }
    }
}
