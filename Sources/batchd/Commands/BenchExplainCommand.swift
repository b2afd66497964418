import ArgumentParser
import BatchCore
import Spool
import SystemPackage
import Training

/// `batchd bench explain`: whether explanations name what the answers hang on.
struct BenchExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Measures how faithful a model's explanations are, on texts of your own.",
        usage: "batchd bench explain <model> --input <input> [<options>]",
        discussion: """
            Leaves out of each text the stretches that speak most for its answer, and as many random words, and says \
            how far the probability of the label falls; then the other way round, with nothing else left. Texts that \
            the model does not read to the end are passed over.

            Example:
              batchd bench explain sentiment --input dev.jsonl.zst --stretches 1,3,5
            """
    )

    @Argument(help: "The model: name, name@version, name@alias, or a directory with a '/' in it.")
    var model: String

    @Option(name: .long, help: "A .jsonl or .jsonl.zst file; the texts are in 'text'.", completion: .file())
    var input: String

    @Option(name: .long, help: "The number format that the model runs in: float32, bfloat16, int8 or auto.")
    var precision = PrecisionChoice.auto

    @Option(name: .long, help: "Numbers of stretches to leave out, separated by commas.")
    var stretches = "1,3,5"

    @Option(name: .long, help: "Use only the first texts of the file, so many.")
    var limit = 1000

    @Option(name: .long, help: "What chance begins with; the same number gives the same figures.")
    var seed: UInt64 = 1

    @OptionGroup var rootOption: RootOption

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        try reportingFailure {
            let counts = stretches.split(separator: ",").compactMap { Int($0) }
            guard !counts.isEmpty, counts.allSatisfy({ (1...50).contains($0) }), limit > 0 else {
                throw CommandFailure(ExitStatus.usage, "--stretches takes numbers like 1,3,5 and --limit 1 or more")
            }
            try InputFile.requireReadable([input])
            var settings = QueueConfiguration(model: try EngineModels.commandLineReference(model))
            settings.precision = precision
            let root = RootOption.path(rootOption.root)
            let loaded = try EngineModels(root: FilePath(root)).load(for: settings)
            var measurer = try FaithfulnessMeasurer(
                model: loaded,
                counts: counts,
                seed: seed,
                budgetTokens: RecordPipe.budgetTokens(for: loaded, root: root)
            )
            let figures = try measurer.measure(LabelledTextReader.texts(of: input, limit: limit))
            if json {
                try StandardStream.output(DocumentCoding.encode(figures, indented: true))
            } else {
                try StandardStream.output(Self.text(figures) + "\n")
            }
        }
    }

    private static func text(_ figures: [FaithfulnessFigures]) -> String {
        let header = ["stretches", "texts", "words", "fall", "random", "more by", "95 %", "other label", "random"]
        let rows = figures.map { figures in
            [
                "\(figures.stretches)", "\(figures.texts)", figures.words.fixed(1),
                figures.comprehensiveness.fixed(3), figures.randomComprehensiveness.fixed(3),
                figures.difference.mean.fixed(3),
                "\(figures.difference.low.fixed(3)) to \(figures.difference.high.fixed(3))",
                figures.flipped.fixed(3), figures.randomFlipped.fixed(3),
            ]
        }
        let alone = figures.map { figures in
            ["\(figures.stretches)", figures.sufficiency.fixed(3), figures.randomSufficiency.fixed(3)]
        }
        return """
            left out
            \(TextTable.text([header] + rows))

            nothing else left
            \(TextTable.text([["stretches", "fall", "random"]] + alone))
            """
    }
}
