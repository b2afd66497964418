import ArgumentParser
import BatchCore
import Models
import Spool

/// `batchd models`: what models there are.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Shows the models of a root and the one inside the binary.",
        discussion: """
            Example:
              batchd models ls
            """,
        subcommands: [ModelsListCommand.self],
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
                return StandardStream.write(try DocumentCoding.encode(models, indented: true), to: 1)
            }
            let rows = models.map { model in
                [
                    model.identity.reference, model.aliases.joined(separator: ","), "\(model.labels.count)",
                    model.identity.precision, String(model.identity.weightsSHA256.prefix(12)),
                    model.path ?? "inside batchd",
                ]
            }
            let header = ["model", "aliases", "labels", "precision", "sha256", "where"]
            StandardStream.output(TextTable.text([header] + rows) + "\n")
        }
    }
}
