/// Durations as people write them on a command line: `90s`, `1.5h`, `30`.
public enum DurationText {
    /// The longest duration that is read: ten years, in seconds.
    public static let secondsMaximum = 3653.0 * 86_400

    /// Reads a decimal number and one of the units of the configuration; without a unit it counts in seconds.
    ///
    /// - Parameter text: Digits, perhaps with a point, and the unit, nothing between them, no sign.
    /// - Returns: Seconds; nil where the text is anything else or longer than the longest duration.
    public static func seconds(_ text: String) -> Double? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits) else { return nil }
        let name = text[digits.endIndex...]
        let unit = UnitScale.milliseconds.units.first { $0.name == (name.isEmpty ? "s" : name) }
        guard let unit else { return nil }
        let seconds = number * Double(unit.factor) / 1000
        return seconds <= secondsMaximum ? seconds : nil
    }
}
