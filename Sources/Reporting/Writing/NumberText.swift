/// Numbers as people read them: thousands set apart, three significant digits, a unit.
enum NumberText {
    /// "1,234,567".
    static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var text = value < 0 ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// "1 record", "12,300 records".
    static func count(_ value: Int, _ singular: String, _ plural: String? = nil) -> String {
        "\(count(value)) \(value == 1 ? singular : plural ?? singular + "s")"
    }

    /// Three significant digits: "0.0123", "1.23", "12.3", "12,300".
    static func significant(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "–" }
        guard abs(value) >= 1e-6 else { return "0" }
        var scale = 1.0
        var decimals = 0
        while abs(value) * scale < 99.95 && decimals < 9 {
            scale *= 10
            decimals += 1
        }
        if decimals > 0 { return fixed(value, decimals: decimals) }
        var step = 1.0
        while abs(value) / step >= 999.5 { step *= 10 }
        return count(Int((value / step).rounded() * step))
    }

    /// A share in percent; never "0%" of something nor "100%" of less than all.
    static func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "–" }
        if part == 0 { return "0%" }
        if part == whole { return "100%" }
        let percent = 100 * Double(part) / Double(whole)
        if percent < 0.001 { return "<0.001%" }
        return share(percent / 100)
    }

    /// A share in percent: "31.2%", "4.57%", "0.031%".
    static func share(_ share: Double) -> String {
        if share == 1 { return "100%" }
        let percent = 100 * share
        switch abs(percent) {
        case ..<0.0005: return "0%"
        case ..<0.0995: return fixed(percent, decimals: 3) + "%"
        case ..<9.995: return fixed(percent, decimals: 2) + "%"
        case 99.95..<100: return ">99.9%"
        default: return fixed(percent, decimals: 1) + "%"
        }
    }

    /// A range of shares: "41.0% to 42.9%", or one of them where both read the same.
    static func range(_ usual: UsualRange) -> String {
        let (low, high) = (share(usual.low), share(usual.high))
        return low == high ? low : "\(low) to \(high)"
    }

    /// A difference of shares: "+3.2", "−0.4", in percentage points.
    static func points(_ difference: Double) -> String {
        let text = fixed(abs(100 * difference), decimals: 1)
        if text == "0.0" { return "0.0" }
        return (difference < 0 ? "−" : "+") + text
    }

    /// A duration: "812 ms", "4.21 s", "3 min 12 s", "2 h 05 min".
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e10 else { return "–" }
        if seconds < 0.9995 { return significant(seconds * 1000) + " ms" }
        if seconds < 59.95 { return significant(seconds) + " s" }
        let whole = Int(seconds.rounded())
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        let minutes = (whole + 30) / 60
        if minutes < 48 * 60 { return "\(minutes / 60) h \(twoDigits(minutes % 60)) min" }
        return "\(minutes / 1440) d \(minutes % 1440 / 60) h"
    }

    /// A size: "912 B", "12.3 MiB".
    static func bytes(_ bytes: Int) -> String {
        guard bytes >= 1024 else { return "\(bytes) B" }
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var value = Double(bytes) / 1024
        var unit = 0
        while value >= 999.5 && unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(significant(value)) \(units[unit])"
    }

    /// A count in little room: "812", "16k", "2M".
    static func short(_ value: Int) -> String {
        switch value {
        case ..<1000: "\(value)"
        case ..<1_000_000: "\(value / 1000)k"
        default: "\(value / 1_000_000)M"
        }
    }

    /// "05".
    static func twoDigits(_ value: Int) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }

    /// A number with so many decimals.
    static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "–" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int((abs(value) * scale).rounded())
        let divisor = Int(scale)
        let sign = value < 0 && scaled > 0 ? "−" : ""
        guard decimals > 0 else { return sign + count(scaled) }
        let fraction = String(scaled % divisor)
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(sign)\(count(scaled / divisor)).\(zeros)\(fraction)"
    }
}
