/// Coordinates of drawings that are as wide as their place, while their text keeps its size.
///
/// Such a drawing has no view box: widths are percentages, heights are pixels.
enum Percent {
    /// "12.5%" of a fraction between 0 and 1.
    static func text(_ fraction: Double) -> String {
        let clamped = max(0, min(fraction.isFinite ? fraction : 0, 1))
        return trimmed(100 * clamped) + "%"
    }

    /// A number of pixels with at most two decimals.
    static func pixels(_ value: Double) -> String { trimmed(value) }

    private static func trimmed(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e6 else { return "0" }
        let hundredths = Int((value * 100).rounded())
        if hundredths % 100 == 0 { return "\(hundredths / 100)" }
        let fraction = NumberText.twoDigits(hundredths % 100)
        return "\(hundredths / 100).\(fraction.hasSuffix("0") ? String(fraction.dropLast()) : fraction)"
    }
}
