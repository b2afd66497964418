/// Whole numbers with a unit, read strictly: `1MiB`, `20GiB`, `250ms`, `24h`.
struct UnitScale: Sendable {
    /// One unit and how many of the base unit it is.
    struct Unit: Sendable {
        var name: String
        var factor: Int
    }

    /// The units, those that a person would rather read first.
    let units: [Unit]
    /// Whether a number without a unit counts in the base unit.
    let unitMayBeLeftOut: Bool

    /// Sizes, in bytes.
    static let bytes = UnitScale(
        units: [
            Unit(name: "PiB", factor: 1 << 50), Unit(name: "TiB", factor: 1 << 40),
            Unit(name: "GiB", factor: 1 << 30), Unit(name: "MiB", factor: 1 << 20),
            Unit(name: "KiB", factor: 1 << 10), Unit(name: "PB", factor: 1_000_000_000_000_000),
            Unit(name: "TB", factor: 1_000_000_000_000), Unit(name: "GB", factor: 1_000_000_000),
            Unit(name: "MB", factor: 1_000_000), Unit(name: "KB", factor: 1000), Unit(name: "B", factor: 1),
        ],
        unitMayBeLeftOut: true
    )

    /// Times, in milliseconds.
    static let milliseconds = UnitScale(
        units: [
            Unit(name: "d", factor: 86_400_000), Unit(name: "h", factor: 3_600_000), Unit(name: "m", factor: 60_000),
            Unit(name: "s", factor: 1000), Unit(name: "ms", factor: 1),
        ],
        unitMayBeLeftOut: false
    )

    /// Reads a number and its unit.
    ///
    /// - Parameter text: Decimal digits and a unit, nothing between them, no sign.
    /// - Returns: The number in the base unit; nil where the text is anything else or does not fit.
    func parse(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = WholeNumber.parse(digits), number >= 0 else { return nil }
        let name = text[digits.endIndex...]
        if name.isEmpty { return unitMayBeLeftOut ? number : nil }
        guard let unit = units.first(where: { $0.name == name }) else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit.factor)
        return overflow ? nil : product
    }

    /// What `parse` reads, as a regular expression.
    var pattern: String {
        let names = units.map(\.name).joined(separator: "|")
        return "^(0|[1-9][0-9]*)(\(names))" + (unitMayBeLeftOut ? "?$" : "$")
    }

    /// Writes a number in the largest unit that leaves no remainder; the base unit only where it must be written.
    func format(_ number: Int) -> String {
        let unit = units.first { number >= $0.factor && number % $0.factor == 0 }
        guard let unit, unit.factor > 1 || !unitMayBeLeftOut else { return "\(number)" }
        return "\(number / unit.factor)\(unit.name)"
    }
}

/// Whole decimal numbers, read without the freedoms that YAML versions disagree about.
enum WholeNumber {
    /// Reads an optional minus sign and digits; `010`, `+1`, `1_000` and `0x10` are refused.
    static func parse(_ text: some StringProtocol) -> Int? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard digits.count == 1 || digits.first != "0" else { return nil }
        return Int(text)
    }
}
