extension CampaignPart {
    /// Every part, in the order of their numbers.
    public static let all: [CampaignPart] = [
        .powerCuts,
        .fullDisk,
        .hostileInput,
        .sanitizers,
        .fuzzedLines,
    ]
}
