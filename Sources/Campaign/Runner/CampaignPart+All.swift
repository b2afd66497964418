extension CampaignPart {
    /// Every part, in the order of their numbers.
    public static let all: [CampaignPart] = [
        .everyCall,
        .powerCuts,
        .nestedCrashes,
        .simulation,
        .killStorm,
        .mutants,
        .fullDisk,
        .hostileInput,
        .time,
        .size,
        .sanitizers,
        .fuzzedLines,
    ]
}
