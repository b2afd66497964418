import Spool

/// What holds in a root, as `batchd config show --json` prints it.
struct ConfigurationShowReport: Encodable {
    let version = 1
    var root: String
    var rootFrom: RootOption.Source
    var files: [ShownFile]

    private enum CodingKeys: String, CodingKey {
        case version
        case root
        case rootFrom = "root_from"
        case files
    }
}

/// What holds for one file.
struct ShownFile: Encodable {
    var file: String
    var queue: String?
    var settings: [ShownSetting]
    /// The same as YAML, with comments.
    var listing: String

    init(file: String, queue: String? = nil, settings: [ConfigurationSetting], notes: [String: String]) {
        self.file = file
        self.queue = queue
        self.settings = settings.map { ShownSetting($0, note: notes[$0.path]) }
        listing = "# \(file)\n" + ConfigurationListing(file: file, settings: settings, notes: notes).yaml
    }

    private enum CodingKeys: String, CodingKey {
        case file
        case queue
        case settings
    }
}

/// What holds for one key.
struct ShownSetting: Encodable {
    /// What gave the value.
    enum Source: String, Encodable {
        case file
        case standard = "default"
    }

    var key: String
    var value: String?
    var from: Source
    var line: Int?
    var note: String?

    init(_ setting: ConfigurationSetting, note: String?) {
        key = setting.path
        value = setting.value
        from = setting.line == nil ? .standard : .file
        line = setting.line
        self.note = note
    }
}
