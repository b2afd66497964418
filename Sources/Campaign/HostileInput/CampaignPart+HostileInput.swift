import SystemPackage

extension CampaignPart {
    /// What senders may drop, by mistake or on purpose.
    static let hostileInput = CampaignPart(
        number: 8,
        name: "hostile-input",
        purpose: """
            spoils files and names: seeds 1..12 flip every bit of three compressed files, 13 and 14 of one without \
            checksum, 15..18 cut files at every length
            """,
        seeds: 1...18,
        casesWanted: 250_000
    ) { seed, context in
        switch seed {
        case 1...12: try DamageSeeds.flips(portion: seed - 1, isCut: context.isCut)
        case 13...14: try DamageSeeds.uncheckedFlips(strict: seed == 14, isCut: context.isCut)
        case 15...18: try DamageSeeds.cuts(portion: seed - 15, isCut: context.isCut)
        default: throw CampaignError("part 8 has no seed \(seed)")
        }
    }
}
