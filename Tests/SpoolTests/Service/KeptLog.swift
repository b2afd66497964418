import Logging
import Synchronization

/// A log whose lines a test reads.
final class KeptLog: Sendable {
    /// A line of it.
    struct Line: Equatable {
        var level: Logger.Level
        var message: String
        var details: [String: String]
    }

    private let kept = Mutex<[Line]>([])

    var lines: [Line] { kept.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    func lines(beginning words: String) -> [Line] { lines.filter { $0.message.hasPrefix(words) } }

    private func keep(_ line: Line) { kept.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let log: KeptLog
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let details = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues(\.description)
            log.keep(Line(level: event.level, message: event.message.description, details: details))
        }
    }
}
