/// A moment on the calendar, in UTC.
struct CivilTime: Equatable {
    let year: Int
    let month: Int
    let day: Int
    let secondOfDay: Int

    /// Turns seconds since 1970 into a date of the Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level
    /// Date Algorithms").
    init(wallSeconds: Double) {
        let seconds = Int(max(0, min(wallSeconds.isFinite ? wallSeconds : 0, 253_402_300_799)))
        secondOfDay = seconds % 86_400
        // Years begin in March, so that the leap day is the last of one.
        let shifted = seconds / 86_400 + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// "21 Nov".
    var shortDate: String { "\(day) \(Self.months[month - 1])" }

    /// "21 Nov 2026".
    var date: String { "\(shortDate) \(year)" }

    /// "03:12".
    var clock: String {
        "\(NumberText.twoDigits(secondOfDay / 3600)):\(NumberText.twoDigits(secondOfDay / 60 % 60))"
    }

    /// "03:12:45".
    var clockSeconds: String { "\(clock):\(NumberText.twoDigits(secondOfDay % 60))" }

    /// "21 Nov 2026, 03:12:45 UTC".
    var moment: String { "\(date), \(clockSeconds) UTC" }
}
