import ArgumentParser
import BatchCore
import FoundationEssentials
import Glibc
import Spool
import SystemPackage

/// `batchd pipe`: answers records from standard input on standard output.
struct PipeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipe",
        abstract: "Answers JSON Lines from standard input on standard output, for shells and cluster engines.",
        usage: "batchd pipe [--model <model> | --queue <queue>] [<options>]",
        discussion: """
            One line comes out for each line that goes in, in the same order: a result, or the record with '_error' \
            where it has none; a blank line for a blank line. The bytes are those that a queue would publish. A line \
            comes out without waiting for more input. Bad records do not change the exit code, which is 0.

            Results and errors share the stream, so a pipe writes native lines only. A queue whose 'output.format' is \
            another is refused (78) unless --native is given, which keeps the fields that are passed through.

            Example:
              zstd -dc reviews.jsonl.zst | batchd pipe --model sentiment > results.jsonl
            """
    )

    @Option(name: .long, help: "The model: name, name@version, name@alias, or a directory with a '/' in it.")
    var model: String?

    @Option(
        name: .long,
        help: "Take input, output and limits (and the model) from this queue's queue.yaml.",
        completion: CompletionRoot.queues
    )
    var queue: String?

    @Option(name: .long, help: "The field with the text, or a template like '{title}. {body}'.")
    var text: String?

    @Option(name: .long, help: "The field with the second text, or a template, for models that compare two texts.")
    var textPair: String?

    @Option(name: .long, help: "The number format that the model runs in: float32, bfloat16, int8 or auto.")
    var precision: PrecisionChoice?

    @Option(name: .long, help: "The field that names a record (default: id, custom_id or recordId).")
    var id: String?

    @Option(name: .long, help: "Tell for each answer so many stretches of text that moved it most, 0 to 50.")
    var explain: Int?

    @Flag(name: .long, help: "Write native lines, whatever 'output.format' of the queue is.")
    var native = false

    @Option(name: .long, help: "Compute threads (default: one for each core).")
    var threads: Int?

    @OptionGroup var rootOption: RootOption

    func validate() throws {
        guard model != nil || queue != nil else { throw ValidationError("Give --model, or --queue to take its model.") }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads), expected 1 to 1024.")
        }
        if let explain, !(0...50).contains(explain) {
            throw ValidationError("--explain is \(explain), expected 0 to 50.")
        }
    }

    func run() throws {
        try reportingFailure {
            let settings = try settings()
            let root = RootOption.path(rootOption.root)
            let loaded = try EngineModels(root: FilePath(root)).load(for: settings)
            // A reader that has had enough closes its end: that is told by write(2), and is no reason to die of.
            signal(SIGPIPE, SIG_IGN)
            let budget = RecordPipe.budgetTokens(for: loaded, root: root)
            let pipe = RecordPipe(
                settings: settings,
                model: loaded,
                budgetTokens: budget,
                threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
                input: PipeInput(
                    descriptor: STDIN_FILENO,
                    limits: settings.inputLimits,
                    size: BlockSize(budgetTokens: budget)
                ),
                output: STDOUT_FILENO
            )
            try pipe.run()
        }
    }

    private func settings() throws -> QueueConfiguration {
        let model = try model.map(EngineModels.commandLineReference)
        var settings = QueueConfiguration(model: model ?? "")
        if let queue {
            settings = try rootOption.open().queueConfiguration(of: queue).values
            settings.model = model ?? settings.model
            settings.output = try nativeOutput(settings.output, of: queue)
        }
        if let text { settings.input.text = try Self.source(text, option: "--text") }
        if let textPair { settings.input.textPair = try Self.source(textPair, option: "--text-pair") }
        if let precision { settings.precision = precision }
        if let id { settings.input.idFields = [id] }
        if let explain { settings.output.explain = explain }
        return settings
    }

    /// What a queue writes, in native lines.
    private func nativeOutput(
        _ output: QueueConfiguration.Output,
        of queue: String
    ) throws -> QueueConfiguration.Output {
        guard native || output.format == .native else {
            throw CommandFailure(
                ExitStatus.configuration,
                "queue '\(queue)' has 'output.format: \(output.format.rawValue)', and a pipe, in whose lines results "
                    + "and errors take turns, writes native ones; add --native for those, or drop a file into the queue"
            )
        }
        var output = output
        output.format = .native
        return output
    }

    private static func source(_ text: String, option: String) throws -> TextSource {
        do {
            return text.contains("{") ? .template(try TextTemplate(parsing: text)) : .firstOf([text])
        } catch {
            throw ValidationError("\(option) '\(text)': \(error)")
        }
    }
}
