/// What a configuration file says, and everything that is wrong with it.
public struct ConfigurationReading<Values: Sendable>: Sendable {
    /// What holds with the file; nil where there are mistakes.
    public let values: Values?
    /// What is wrong, by line; what is missing comes last.
    public let mistakes: [ConfigurationError]
    /// Every key with what holds, in the order of the reference; empty where there are mistakes.
    public let settings: [ConfigurationSetting]

    /// What is known of a file that cannot even be read.
    ///
    /// - Parameter mistake: Why not.
    public init(unreadable mistake: ConfigurationError) {
        values = nil
        mistakes = [mistake]
        settings = []
    }

    /// Reads a file.
    ///
    /// A key that is found wrong counts as left out from then on, so that those after it are looked at as well.
    ///
    /// - Parameters:
    ///   - yaml: The file's content.
    ///   - file: The name that errors give.
    ///   - entries: Every key that there is.
    ///   - parse: Makes the values, and throws at the first mistake.
    init(
        yaml: String,
        file: String,
        entries: [ConfigurationReferenceEntry],
        parse: (ConfigurationDocument) throws(ConfigurationError) -> Values
    ) {
        var mistakes: [ConfigurationError] = []
        var values: Values?
        var settings: [ConfigurationSetting] = []
        do throws(ConfigurationError) {
            var document = try ConfigurationDocument(yaml: yaml, file: file, entries: entries)
            settings = entries.map { ConfigurationSetting($0, in: document) }
            mistakes = document.strangers
            values = Self.values(of: &document, mistakes: &mistakes, parse: parse)
        } catch {
            mistakes = [error]
        }
        self.mistakes = mistakes.sorted { ($0.line ?? .max) < ($1.line ?? .max) }
        self.values = mistakes.isEmpty ? values : nil
        self.settings = mistakes.isEmpty ? settings : []
    }

    private static func values(
        of document: inout ConfigurationDocument,
        mistakes: inout [ConfigurationError],
        parse: (ConfigurationDocument) throws(ConfigurationError) -> Values
    ) -> Values? {
        while true {
            do throws(ConfigurationError) {
                return try parse(document)
            } catch {
                // A key with a wrong value is not missing as well.
                let isKnown = mistakes.contains { $0.key != nil && $0.key == error.key }
                if !isKnown || error.code != .missingKey { mistakes += [error] + error.others }
                guard document.forget(error) else { return nil }
            }
        }
    }
}

/// What holds for one key of a configuration file.
public struct ConfigurationSetting: Sendable, Equatable {
    /// The key's full path, `limits.line_bytes`.
    public let path: String
    /// What holds, as the file would say it; nil where nothing does.
    public let value: String?
    /// The line of the file that says so, from 1; nil where it is the default.
    public let line: Int?

    init(_ entry: ConfigurationReferenceEntry, in document: ConfigurationDocument) {
        path = entry.path
        line = document.line(of: entry.path)
        let effective = entry.effective(document)
        value = line == nil && effective == ConfigurationReferenceEntry.nothing ? nil : effective
    }
}
