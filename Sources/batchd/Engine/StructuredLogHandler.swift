import FoundationEssentials
import Logging
import Spool

/// Log lines on standard error: for people, or one JSON object each.
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
        switch format {
        case .json:
            var line = all
            line["time"] = now
            line["level"] = event.level.rawValue
            line["message"] = event.message.description
            let bytes = (try? DocumentCoding.encode(line)) ?? []
            progress.print(String(decoding: bytes.dropLast(), as: UTF8.self))
        case .text:
            let details = all.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted($0.value))" }.joined()
            progress.print("\(now) \(event.level.rawValue) \(event.message)\(details)")
        }
    }

    private static func quoted(_ value: String) -> String {
        let isPlain = !value.isEmpty && !value.contains { " \"\n\t=".contains($0) }
        guard !isPlain else { return value }
        let escaped = value.flatMap { character -> String in
            switch character {
            case "\"", "\\": "\\\(character)"
            case "\n": "\\n"
            default: String(character)
            }
        }
        return "\"" + String(escaped) + "\""
    }
}
