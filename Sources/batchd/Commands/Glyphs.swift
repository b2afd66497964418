import FoundationEssentials

/// The characters beyond ASCII in batchd's own words, or what stands for them where they cannot be shown.
///
/// What comes from files, names above all, is never changed.
struct Glyphs: Equatable {
    /// What stands where something is left out; one column wide.
    let ellipsis: String
    /// What leads to advice.
    let arrow: String
    /// What stands between the ends of a range.
    let dash: String
    /// What makes a second a millionth of it.
    let micro: String

    /// Those of a terminal that shows UTF-8.
    static let unicode = Glyphs(ellipsis: "…", arrow: "→", dash: "–", micro: "µ")
    /// Those of any other.
    static let ascii = Glyphs(ellipsis: "~", arrow: "->", dash: "-", micro: "u")

    /// Those of this process.
    static let standard = Glyphs.suitable(for: ProcessInfo.processInfo.environment)

    /// Those that the locale's encoding has: the first variable that is set says which (locale(7)).
    static func suitable(for environment: [String: String]) -> Glyphs {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let encoding = locale.lowercased().replacing("-", with: "")
        return encoding.contains("utf8") ? unicode : ascii
    }
}
