import ArgumentParser
import Spool

/// `batchd config reference`: every key of a configuration file, as a page or as a JSON Schema.
struct ConfigReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference",
        abstract: "Explains every key of queue.yaml or batchd.yaml, or prints the JSON Schema for an editor.",
        discussion: """
            The page is Markdown: type, default, meaning and example of each key of this very version. An editor with \
            the YAML language server checks a file whose first line names the schema.

            Example:
              batchd config reference queue.yaml | less
              batchd config reference queue.yaml --schema > /s/queue.schema.json
              sed -i '1i # yaml-language-server: $schema=/s/queue.schema.json' queue.yaml
            """
    )

    @Argument(help: "queue.yaml or batchd.yaml.", completion: .list(ConfigurationFile.all.map(\.name)))
    var file: String

    @Flag(name: .long, help: "Print the JSON Schema.")
    var schema = false

    func validate() throws {
        _ = try described()
    }

    func run() throws {
        try reportingFailure {
            let file = try described()
            try StandardStream.output(schema ? file.schema : file.page)
        }
    }

    private func described() throws -> ConfigurationFile {
        if let found = ConfigurationFile.all.first(where: { $0.name == file || $0.schemaName == file }) { return found }
        let names = ConfigurationFile.all.map(\.name).joined(separator: " or ")
        throw ValidationError("There is no configuration file '\(file)'; write \(names).")
    }
}
