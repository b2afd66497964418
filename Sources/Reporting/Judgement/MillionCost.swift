/// What a million records cost, told from fewer.
enum MillionCost {
    /// Records from which on their cost is more than that of starting a job.
    private static let recordsMinimum = 10_000
    /// CPU seconds beside which that of starting is nothing, however few the records are.
    private static let cpuSecondsMinimum = 1.0

    /// CPU seconds for a million records; nil where so few took so little that a million of them cannot be told from it.
    static func cpuSeconds(records: Int, took cpuSeconds: Double) -> Double? {
        guard records > 0, cpuSeconds > 0 else { return nil }
        guard records >= recordsMinimum || cpuSeconds >= cpuSecondsMinimum else { return nil }
        return cpuSeconds * 1_000_000 / Double(records)
    }
}
