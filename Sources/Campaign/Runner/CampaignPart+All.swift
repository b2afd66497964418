extension CampaignPart {
    /// Every part, in the order of their numbers.
    public static let all: [CampaignPart] = [
        .everyCall,
        .powerCuts,
        .nestedCrashes,
        .simulation,
        .killStorm,
        .fullDisk,
        .hostileInput,
        .time,
        .size,
        .sanitizers,
        .fuzzedLines,
    ]
}
