import Spool

/// What is wrong with the configuration of a root, as `batchd config check --json` prints it.
struct ConfigurationCheckReport: Encodable {
    /// The version of the format.
    let version = 1
    /// Every file that was read, from the root.
    var files: [String]
    /// What is wrong, by file and line.
    var mistakes: [ConfigurationMistake]

    /// Queues whose queue.yaml is not there; a run starts all the same.
    var missing: [MissingConfiguration]

    /// Files that look like the configuration's and are not read; a run starts all the same.
    var ignored: [IgnoredConfigurationLine]

    /// What a person reads: a line for each mistake, and one that sums up.
    var text: String {
        let files = "\(self.files.count) configuration file\(self.files.count == 1 ? "" : "s")"
        let lines = (mistakes.map(\.text) + missing.map(\.text) + ignored.map(\.text)).map { $0 + "\n" }.joined()
        if mistakes.isEmpty { return lines + "\(files), no mistakes\n" }
        let count = mistakes.count == 1 ? "1 mistake" : "\(mistakes.count) mistakes"
        return lines + "\(files), \(count): 'batchd run' would not start\n"
    }
}

/// One mistake in a configuration file.
struct ConfigurationMistake: Encodable {
    var file: String
    var line: Int?
    var column: Int?
    var key: String?
    var code: String
    var message: String

    init(_ error: ConfigurationError) {
        file = error.file
        line = error.line
        column = error.line == nil ? nil : error.column
        key = error.key
        code = error.code.rawValue
        message = error.message
    }

    /// "spool/news/queue.yaml:3:1: unknown key …", as compilers write it, so that editors jump there.
    var text: String {
        let place = [file] + [line, column].compactMap { $0.map(String.init) }
        return (place.joined(separator: ":") + ": " + message).visible
    }
}

/// A queue.yaml that is not there, though the directory of a queue is.
struct MissingConfiguration: Encodable {
    /// The file, from the root.
    var file: String
    /// Entries of its `incoming/`; nil where they may not be counted.
    var waiting: Int?
    var message: String

    init(_ orphan: OrphanedQueue) {
        file = orphan.file
        waiting = orphan.waiting
        message = "is not there, so \(OrphanedQueue.meaning); \(orphan.waitingInWords); \(orphan.advice)"
    }

    /// The file and what it means.
    var text: String { "\(file): \(message)".visible }
}

/// A file that looks like one of the configuration, and that batchd does not read.
struct IgnoredConfigurationLine: Encodable {
    /// The file: from the root, or its whole path where it lies elsewhere.
    var file: String
    var message: String

    init(_ ignored: IgnoredConfiguration) {
        file = ignored.file
        message = "\(ignored.reason); \(ignored.advice)"
    }

    /// The file and why it is not read.
    var text: String { "\(file): \(message)".visible }
}
