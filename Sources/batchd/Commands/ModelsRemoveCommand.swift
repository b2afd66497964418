import ArgumentParser
import Models
import Spool
import SystemPackage

/// `batchd models rm`: removes one version of a model.
struct ModelsRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Removes one version of a model.",
        discussion: """
            A version that an alias stands for stays. Jobs that were begun with the version are held.

            Example:
              batchd models rm sst2@1
            """
    )

    @Argument(help: "The version, as NAME@VERSION.")
    var reference: String

    @OptionGroup var rootOption: RootOption

    func run() throws {
        try reportingFailure {
            let root = try rootOption.open()
            let path = try ModelRegistry(root: root.path.string).remove(ModelReference(parsing: reference))
            try StandardStream.output("\(reference) removed from \(path)\n")
        }
    }
}
