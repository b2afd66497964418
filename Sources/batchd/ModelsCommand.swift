import ArgumentParser
import BatchCore
import FoundationEssentials
import Models

/// `batchd models`: what models there are.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Shows the models of a root and the one inside the binary.",
        subcommands: [ModelsListCommand.self],
        defaultSubcommand: ModelsListCommand.self
    )
}

/// `batchd models ls`: lists the models.
struct ModelsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "Lists the models.",
        discussion: """
            Example:
              batchd models ls --root /srv/batchd --json
            """
    )

    @Option(name: .long, help: "The root whose models are meant (default: BATCHD_ROOT, else the current directory).")
    var root: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() async throws {
        let root = root ?? ProcessInfo.processInfo.environment["BATCHD_ROOT"] ?? "."
        let models = try ModelRegistry(root: root).list()
        guard json else {
            let rows = models.map { model in
                [
                    model.identity.reference, model.aliases.joined(separator: ","), "\(model.labels.count)",
                    model.identity.precision, String(model.identity.weightsSHA256.prefix(12)),
                    model.path ?? "inside batchd",
                ]
            }
            print(EvaluationReport.table([["model", "aliases", "labels", "precision", "sha256", "where"]] + rows))
            return
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(models), as: UTF8.self))
    }
}
