extension CampaignPart {
    /// Every part, in the order of their numbers.
    public static let all: [CampaignPart] = [
        .everyCall,
        .powerCuts,
        .killStorm,
        .fullDisk,
        .hostileInput,
        .time,
        .size,
        .sanitizers,
        .fuzzedLines,
    ]
}
