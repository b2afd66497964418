import ArgumentParser
import FoundationEssentials
import Kernels
import Models
import Spool
import SystemPackage

/// `batchd models add`: takes a model in.
struct ModelsAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Takes a model in, as the next version under a name.",
        discussion: """
            DIR is what 'batchd train' wrote, or a Hugging Face encoder: config.json, model.safetensors (or shards \
            with an index) and a tokenizer; BERT, DistilBERT, RoBERTa, XLM-RoBERTa or ELECTRA, for classification, \
            token classification or embeddings. Everything is checked before the model can be seen; nothing is added \
            where something is wrong.

            Example:
              batchd models add sst2 ~/models/minilm-sst2
              batchd models add intents ./intents/1
            """
    )

    @Argument(help: "The model's name.")
    var name: String

    @Argument(help: ArgumentHelp("The directory of the model.", valueName: "dir"), completion: .directory)
    var directory: String

    @OptionGroup var rootOption: RootOption

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        try reportingFailure {
            let root = try rootOption.open()
            try root.refuseForeignRoot("batchd models add \(name) \(directory) --root \(root.path)")
            let registry = ModelRegistry(
                root: root.path.string,
                forcedKernels: ProcessInfo.processInfo.environment[KernelTable.environmentVariable]
            )
            var added = try registry.add(name: name, from: directory)
            registry.pack(&added)
            guard !json else {
                return try StandardStream.output(DocumentCoding.encode(added, indented: true))
            }
            try StandardStream.output(AddedModelText(added).lines.map { $0 + "\n" }.joined())
        }
    }
}

/// What a person is told of a model that was added.
struct AddedModelText {
    let lines: [String]

    init(_ added: AddedModel) {
        let manifest = added.manifest
        var lines = ["\(manifest.name)@\(manifest.version) added to \(added.path)"]
        if let encoder = manifest.encoder {
            let task = encoder.task.replacing("_", with: " ")
            lines += [
                "  \(encoder.architecture), \(task), \(encoder.layers) layers of \(encoder.hiddenSize), "
                    + "\(encoder.parameters) parameters",
                "  \(Self.labels(manifest.labels))at most \(encoder.tokenLimit) tokens a text, "
                    + "tokenizer \(encoder.tokenizer ?? "none")",
                "  \(encoder.weightBytes) bytes of weights, sha256 \(manifest.weightsSHA256)",
            ]
        } else {
            lines.append("  \(manifest.kind); \(Self.labels(manifest.labels))weights sha256 \(manifest.weightsSHA256)")
        }
        if let packing = added.packing {
            lines.append("  packed for \(packing.precision) in \(packing.seconds) s")
        }
        self.lines = lines + added.warnings.map { "  note: \($0)" }
    }

    private static func labels(_ labels: [String]) -> String {
        guard !labels.isEmpty else { return "" }
        let shown = labels.prefix(10).joined(separator: ", ")
        return "labels \(shown)\(labels.count > 10 ? " and \(labels.count - 10) more" : ""); "
    }
}
