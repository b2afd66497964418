/// What holds for one configuration file, as a file that says all of it.
public struct ConfigurationListing {
    private let file: String
    private let settings: [ConfigurationSetting]
    private let notes: [String: String]

    /// Creates a listing.
    ///
    /// - Parameters:
    ///   - file: The file, as its lines are named.
    ///   - settings: What holds.
    ///   - notes: What values come to on this machine, by key.
    public init(file: String, settings: [ConfigurationSetting], notes: [String: String] = [:]) {
        self.file = file
        self.settings = settings
        self.notes = notes
    }

    /// YAML, each key with a comment that says where its value comes from.
    ///
    /// Read as a configuration file it means what the listed one means.
    public var yaml: String {
        var rows: [(setting: String, comment: String)] = []
        var section = ""
        for setting in settings {
            let parts = setting.path.split(separator: ".").map(String.init)
            if parts.count > 1, parts[0] != section { rows.append((parts[0] + ":", "")) }
            section = parts.count > 1 ? parts[0] : ""
            let margin = parts.count > 1 ? "  " : ""
            let sign = setting.value == nil ? "#" : ""
            let value = setting.value ?? ConfigurationReferenceEntry.nothing
            rows.append(("\(margin)\(sign)\(parts[parts.count - 1]): \(value)", comment(setting)))
        }
        // A long value must not push the comments of all the others out of sight.
        let width = rows.map(\.setting.count).filter { $0 <= 48 }.max() ?? 0
        return rows.map { row in
            guard !row.comment.isEmpty else { return row.setting + "\n" }
            let blanks = String(repeating: " ", count: max(0, width - row.setting.count))
            return "\(row.setting)\(blanks)  # \(row.comment)\n"
        }.joined()
    }

    private func comment(_ setting: ConfigurationSetting) -> String {
        let place = setting.line.map { "\(file):\($0)" } ?? "default"
        return notes[setting.path].map { "\(place); \($0)" } ?? place
    }
}
