import ArgumentParser

/// `batchd config`: what is configured, and whether it can be.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Checks the configuration of a root, shows what holds, and explains every key.",
        discussion: """
            Example:
              batchd config check --root /srv/batchd
              batchd config show sentiment --root /srv/batchd
            """,
        subcommands: [ConfigCheckCommand.self, ConfigShowCommand.self, ConfigReferenceCommand.self]
    )
}
