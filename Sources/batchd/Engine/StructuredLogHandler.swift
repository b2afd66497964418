import FoundationEssentials
import Logging
import Spool

/// Log lines on standard error: for people, or one JSON object each.
///
/// Where the journal reads standard error, a line begins with its priority, which the journal takes off, and has no
/// time of its own.
struct StructuredLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let isJSON: Bool
    private let progress: EngineProgressLine

    static func logger(format: LogFormat, level: Logger.Level, progress: EngineProgressLine) -> Logger {
        Logger(label: "batchd") { _ in
            StructuredLogHandler(logLevel: level, isJSON: format.isJSON, progress: progress)
        }
    }

    private init(logLevel: Logger.Level, isJSON: Bool, progress: EngineProgressLine) {
        self.logLevel = logLevel
        self.isJSON = isJSON
        self.progress = progress
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let now = Date().formatted(.iso8601)
        let priority = JournalStream.prefix(for: event.level)
        if isJSON {
            var line = all.mapValues(LogValue.init)
            line["time"] = .text(now)
            line["level"] = .text(event.level.rawValue)
            line["message"] = .text(event.message.description)
            let bytes = (try? DocumentCoding.encode(line)) ?? []
            progress.print(priority + String(decoding: bytes.dropLast(), as: UTF8.self).visibleJSON)
        } else {
            let details = all.sorted { $0.key < $1.key }
                .map { " \($0.key)=\(Self.quoted($0.value.description))" }.joined()
            let beginning = priority.isEmpty ? now + " " : priority
            progress.print("\(beginning)\(event.level.rawValue) \(event.message.description.visible)\(details)")
        }
    }

    /// A value as it is where nothing can be mistaken in it, else in quotes and escaped.
    private static func quoted(_ value: String) -> String {
        // By scalars: a quotation mark with an accent on it is one character, and another one.
        let scalars = value.unicodeScalars
        let escaped = scalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined().visible
        let isPlain = !value.isEmpty && escaped == value && !scalars.contains { $0 == " " || $0 == "=" }
        return isPlain ? value : "\"" + escaped + "\""
    }
}

extension LogFormat {
    /// The variable of the environment that decides what `auto` is: `text` or `json`.
    static let environmentVariable = "BATCHD_LOG_FORMAT"

    /// Whether a log of this format is JSON in this process.
    var isJSON: Bool {
        switch self {
        case .text: false
        case .json: true
        case .auto:
            switch ProcessInfo.processInfo.environment[Self.environmentVariable] {
            case "text": false
            case "json": true
            default: !StandardStream.errorIsTerminal && !JournalStream.isStandardError
            }
        }
    }
}

/// A value of a log line as JSON has it: what was counted or measured is a number there.
private enum LogValue: Encodable {
    case text(String)
    case count(Int)
    case measure(Double)

    init(_ value: Logger.MetadataValue) {
        guard case .stringConvertible(let number) = value else {
            self = .text(value.description)
            return
        }
        switch number {
        case let count as Int: self = .count(count)
        case let count as Int32: self = .count(Int(count))
        case let measure as Double where measure.isFinite: self = .measure(measure)
        default: self = .text(number.description)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .count(let count): try container.encode(count)
        case .measure(let measure): try container.encode(measure)
        }
    }
}
