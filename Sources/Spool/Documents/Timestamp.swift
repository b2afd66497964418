import FoundationEssentials

/// Times as documents show them.
enum Timestamp {
    /// Formats seconds since 1970 as `2026-11-21T03:00:00.125Z`.
    static func iso8601(_ wallSeconds: Double) -> String {
        Date(timeIntervalSince1970: wallSeconds)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
