import ArgumentParser
import BatchCore
import Models
import Spool

/// `batchd models`: what models there are, and how they come and go.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Shows, adds and removes the models of a root.",
        discussion: """
            Example:
              batchd models ls
              batchd models add sst2 ~/models/minilm-sst2
            """,
        subcommands: [ModelsListCommand.self, ModelsAddCommand.self, ModelsRemoveCommand.self],
        defaultSubcommand: ModelsListCommand.self
    )
}

/// `batchd models ls`: lists the models.
struct ModelsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "Lists the models.",
        discussion: """
            Example:
              batchd models ls --root /srv/batchd --json
            """
    )

    @OptionGroup var rootOption: RootOption

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        try reportingFailure {
            let models = try ModelRegistry(root: RootOption.path(rootOption.root)).list()
            guard !json else {
                return try StandardStream.output(DocumentCoding.encode(models, indented: true))
            }
            let rows = models.map { model in
                [
                    model.identity.reference, model.encoder?.task.replacing("_", with: " ") ?? "classification",
                    model.aliases.joined(separator: ","), "\(model.labels.count)",
                    model.identity.precision, String(model.identity.weightsSHA256.prefix(12)),
                    model.path ?? "inside batchd",
                ]
            }
            let header = ["model", "task", "aliases", "labels", "precision", "sha256", "where"]
            try StandardStream.output(TextTable.text([header] + rows) + "\n")
        }
    }
}
