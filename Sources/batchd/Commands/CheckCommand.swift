import ArgumentParser
import FoundationEssentials
import Spool
import SystemPackage

/// `batchd check`: reads a whole file as a queue would, before anything runs.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reads a whole file as a queue would, and says what would come of it.",
        discussion: """
            It counts records and bad lines by code, finds ids that occur twice, shows how long the texts are, holds \
            the file to the queue's limits, and answers up to 1,000 records to estimate the time. Nothing is dropped.

            0: every record would be answered. 65: there are bad lines, or the file would be quarantined.

            Example:
              batchd check reviews.jsonl.zst --queue sentiment
            """
    )

    @Argument(help: "A .jsonl.zst, .ndjson.zst or .jsonl file, or a directory of such parts.", completion: .file())
    var file: String

    @Option(name: .long, help: "The queue whose settings and limits hold.", completion: CompletionRoot.queues)
    var queue: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var rootOption: RootOption

    func run() throws {
        try reportingFailure {
            let root = try rootOption.open()
            let settings = try root.queueConfiguration(of: queue).values
            let threads = try root.daemonConfiguration().threads ?? ProcessInfo.processInfo.activeProcessorCount
            let model = try EngineModels(root: root.path).load(for: settings)
            let input = try CheckedInput(InputFile(path: file))
            var check = InputCheck(input: input, settings: settings, model: model)
            let line = CheckProgressLine()
            try check.run { line.show(records: $0) }
            line.clear()
            let report = CheckReport(check, queue: queue, threads: threads)
            if json {
                try StandardStream.output(DocumentCoding.encode(report, indented: true))
            } else {
                try StandardStream.output(report.text)
            }
            throw ExitCode(report.verdict == .clean ? ExitStatus.success : ExitStatus.data)
        }
    }
}

/// How far a check is; only where a person sees it.
final class CheckProgressLine {
    /// Seconds between two changes of the line.
    private static let intervalSeconds = 0.2
    private var shownAt = -Double.infinity

    /// Shows how many records were read.
    func show(records: Int) {
        let now = SystemTimeSource().monotonicSeconds
        guard StandardStream.errorIsScreen, now - shownAt > Self.intervalSeconds else { return }
        shownAt = now
        StandardStream.error("\r\u{1B}[K\(records) records read")
    }

    /// Takes the line away.
    func clear() {
        if shownAt > 0 { StandardStream.error("\r\u{1B}[K") }
    }
}
