import FoundationEssentials

/// Times as documents show them.
enum Timestamp {
    /// Formats seconds since 1970 as `2026-11-21T03:00:00.125Z`.
    static func iso8601(_ wallSeconds: Double) -> String {
        Date(timeIntervalSince1970: wallSeconds)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// Reads what `iso8601` wrote; nil where the text is anything else.
    static func seconds(_ text: String) -> Double? {
        try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)).timeIntervalSince1970
    }
}

extension JobMetrics {
    /// When the input was accepted, seconds since 1970; nil where the document does not say.
    public var acceptedSeconds: Double? { Timestamp.seconds(acceptedAt) }
    /// When the results were assembled, seconds since 1970; nil where the document does not say.
    public var finishedSeconds: Double? { Timestamp.seconds(finishedAt) }
}
