import ArgumentParser
import BatchCore
import FoundationEssentials
import Models
import Training

/// `batchd evaluate`: measures a model on labelled texts.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measures a model on labelled texts.",
        discussion: """
            Prints accuracy, macro F1, the figures of each label and the confusion matrix. --labels restricts the \
            answers, for texts that were labelled without, say, a neutral class.

            Example:
              batchd evaluate sentiment@1 dev.jsonl.zst --labels positive,negative --json
            """
    )

    @Argument(help: "name, name@version, name@alias, or a directory with a '/' in it.")
    var model: String

    @Argument(help: "Labelled texts, .jsonl or .jsonl.zst.")
    var file: String

    @Option(name: .long, help: "The labels to choose from, separated by commas (default: all of the model's).")
    var labels: String?

    @Option(name: .long, help: "The root whose models are meant (default: BATCHD_ROOT, else the current directory).")
    var root: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let model = try ModelRegistry.load(
            model,
            root: root ?? environment["BATCHD_ROOT"] ?? ".",
            forcedKernels: environment["BATCHD_FORCE_ISA"]
        )
        let among = labels.map { $0.split(separator: ",").map(String.init) } ?? model.labels
        var texts = LabelledTexts(labels: among)
        try LabelledTextReader(addsLabels: false).read(TrainingSource(path: file), into: &texts)
        let report = EvaluationReport(try Evaluator(model: model).evaluate(texts, among: among))
        guard json else {
            print(report.text)
            return
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        print(String(decoding: try encoder.encode(report.json), as: UTF8.self))
    }
}
