import ArgumentParser
import BatchCore
import FoundationEssentials
import Kernels
import Models
import Tokenizers
import Training

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// `batchd train linear`: fits a linear text classifier.
struct TrainLinearCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "linear",
        abstract: "Trains a linear text classifier over hashed n-grams.",
        discussion: """
            Every line of a data file is a JSON object with a text (in text, input_text or input) and a label. The \
            same data, options and seed give the same bytes on any number of threads.

            Example:
              batchd train linear --data train.jsonl --dev dev.jsonl --out models/topic/1
            """
    )

    @Option(name: .long, parsing: .upToNextOption, help: "Labelled texts to learn from; .jsonl or .jsonl.zst.")
    var data: [String] = []

    @Option(name: .long, help: "A JSON file that lists labels and sources, in place of --data.")
    var recipe: String?

    @Option(name: .long, help: "The folder that the paths of --recipe are in.")
    var dataFolder: String = "."

    @Option(name: .long, parsing: .upToNextOption, help: "Labelled texts to measure the model on.")
    var dev: [String] = []

    @Option(name: .long, help: "The labels, separated by commas (default: those found, sorted).")
    var labels: String?

    @Option(name: .long, help: "Decides the order of the texts.")
    var seed: UInt64 = 1

    @Option(
        name: .long,
        help: "The directory to write model.json and weights.bin to.",
        completion: .directory
    )
    var out: String

    @Flag(name: .long, help: "Replace the model that lies in --out. Jobs under way with it are then held.")
    var force = false

    @Option(name: .long, help: "The model's name (default: from models/NAME/VERSION in --out).")
    var name: String?

    @Option(name: .customLong("model-version"), help: "The model's version (default: from --out, else 1).")
    var modelVersion: Int?

    @OptionGroup(title: "Features")
    var features: LinearFeatureOptions

    @OptionGroup(title: "Learning")
    var learning: LinearLearningOptions

    func validate() throws {
        guard data.isEmpty != (recipe == nil) else {
            throw ValidationError("Give either --data or --recipe.")
        }
    }

    func run() throws {
        try reportingFailure { try train() }
    }

    private func train() throws {
        try InputFile.requireReadable(data + dev + [recipe].compactMap(\.self))
        guard force || !FileManager.default.fileExists(atPath: out + "/" + ModelManifest.fileName) else {
            throw CommandFailure(
                ExitStatus.usage,
                "'\(out)' holds a model already; write to the next version's directory, or give --force"
            )
        }
        let texts = try plan().texts()
        guard texts.count > 0, texts.labels.count > 1 else {
            throw ValidationError("\(texts.count) texts of \(texts.labels.count) labels; at least 2 labels are needed.")
        }
        let options = try learning.options(features: features.features(labels: texts.labels.count), seed: seed)
        let line = TrainingProgressLine()
        let counts = zip(texts.labels, texts.countByLabel).map { "\($0) \($1)" }
        line.say("\(texts.count) texts: \(counts.joined(separator: ", "))")
        let parameters = LinearTrainer(options: options).train(texts) { line.show($0) }
        let target = ModelTarget(directory: out, name: name, version: modelVersion)
        let manifest = try ModelDirectory(out).write(parameters) { sha256 in
            ModelManifest(
                name: target.name,
                version: target.version,
                labels: texts.labels,
                weightsSHA256: sha256,
                trainingTexts: texts.count,
                seed: seed
            )
        }
        line.say("\(manifest.name)@\(manifest.version) written to \(out), sha256 \(manifest.weightsSHA256)")
        try evaluate(line)
    }

    private func plan() throws -> TrainingRecipe {
        if let recipe { return try TrainingRecipe.read(recipe, folder: dataFolder) }
        let names = labels?.split(separator: ",").map(String.init)
        return TrainingRecipe(labels: names, sources: data.map { TrainingSource(path: $0) })
    }

    private func evaluate(_ line: TrainingProgressLine) throws {
        guard !dev.isEmpty else { return }
        let model = try ModelDirectory(out).load()
        var texts = LabelledTexts(labels: model.labels)
        let reader = LabelledTextReader(addsLabels: false)
        for path in dev {
            try reader.read(TrainingSource(path: path), into: &texts)
        }
        let evaluation = try Evaluator(model: model).evaluate(texts, among: model.labels)
        line.say(EvaluationReport(evaluation).text)
    }
}

/// What a model is called, from the directory it is written to.
struct ModelTarget: Equatable {
    let name: String
    let version: Int

    init(directory: String, name: String?, version: Int?) {
        let parts = directory.split(separator: "/").filter { $0 != "." }
        let last = parts.last.map(String.init) ?? "model"
        if let number = Int(last), number > 0, parts.count > 1 {
            self.name = name ?? String(parts[parts.count - 2])
            self.version = version ?? number
        } else {
            self.name = name ?? last
            self.version = version ?? 1
        }
    }
}
