import FoundationEssentials

/// Times as documents show them.
enum Timestamp {
    /// Formats seconds since 1970 as `2026-11-21T03:00:00.125Z`.
    static func iso8601(_ wallSeconds: Double) -> String {
        Date(timeIntervalSince1970: wallSeconds)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// Reads a time back; nil where it is none.
    static func wallSeconds(_ text: String) -> Double? {
        let date = try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)
        return date?.timeIntervalSince1970
    }
}

extension JobMetrics {
    /// When the input was accepted, seconds since 1970; nil where the document does not say it as it should.
    public var acceptedWallSeconds: Double? { Timestamp.wallSeconds(acceptedAt) }

    /// When the results were assembled, seconds since 1970; nil where the document does not say it as it should.
    public var finishedWallSeconds: Double? { Timestamp.wallSeconds(finishedAt) }

    /// The order of time as text, for comparison with `acceptedAt` and `finishedAt`.
    ///
    /// - Parameter wallSeconds: Seconds since 1970.
    /// - Returns: ISO 8601 in UTC with milliseconds, `2026-11-21T03:00:00.125Z`.
    public static func timestamp(_ wallSeconds: Double) -> String { Timestamp.iso8601(wallSeconds) }
}
