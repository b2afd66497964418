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
    private let format: LogFormat
    private let progress: EngineProgressLine

    static func logger(format: LogFormat, level: Logger.Level, progress: EngineProgressLine) -> Logger {
        Logger(label: "batchd") { _ in
            StructuredLogHandler(logLevel: level, format: format, progress: progress)
        }
    }

    private init(logLevel: Logger.Level, format: LogFormat, progress: EngineProgressLine) {
        self.logLevel = logLevel
        self.format = format
        self.progress = progress
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues(\.description)
        let now = Date().formatted(.iso8601)
        let priority = JournalStream.prefix(for: event.level)
        switch format {
        case .json:
            var line = all
            line["time"] = now
            line["level"] = event.level.rawValue
            line["message"] = event.message.description
            let bytes = (try? DocumentCoding.encode(line)) ?? []
            progress.print(priority + String(decoding: bytes.dropLast(), as: UTF8.self).visibleJSON)
        case .text:
            let details = all.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted($0.value))" }.joined()
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
