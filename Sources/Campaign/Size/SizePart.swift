extension CampaignPart {
    static let size = CampaignPart(
        number: 10,
        name: "size",
        purpose: "1: a million waiting files; 2: a job of 10^7 records; 3: one of 10^8; 4: an hour of mixed load.",
        seeds: 1...4,
        casesWanted: 2_000
    ) { seed, context in
        switch seed {
        case 1:
            try MillionFiles(
                context: context,
                count: context.isCut ? 1_000 : 1_000_000,
                publishedMinimum: context.isCut ? 20 : 2_000
            )
            .run()
        case 2: try LargeJob(context: context, records: context.isCut ? 10_000 : 10_000_000).run()
        case 3: try LargeJob(context: context, records: context.isCut ? 20_000 : 100_000_000).run()
        default: try MixedLoad(context: context, seconds: MixedLoad.seconds(isCut: context.isCut)).run()
        }
    }
}
