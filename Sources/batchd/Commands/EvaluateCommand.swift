import ArgumentParser
import BatchCore
import Spool
import SystemPackage
import Training

/// `batchd evaluate`: measures a model on labelled texts.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measures a model on labelled texts.",
        usage: "batchd evaluate <model> <file> [<options>]",
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

    @OptionGroup var rootOption: RootOption

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        try reportingFailure {
            try InputFile.requireReadable([file])
            let reference = try EngineModels.commandLineReference(model)
            let model = try EngineModels(root: FilePath(RootOption.path(rootOption.root))).load(reference)
            let among = labels.map { $0.split(separator: ",").map(String.init) } ?? model.labels
            var texts = LabelledTexts(labels: among)
            try LabelledTextReader(addsLabels: false).read(TrainingSource(path: file), into: &texts)
            let report = EvaluationReport(try Evaluator(model: model).evaluate(texts, among: among))
            if json {
                try StandardStream.output(DocumentCoding.encode(report.json, indented: true))
            } else {
                try StandardStream.output(report.text + "\n")
            }
        }
    }
}
