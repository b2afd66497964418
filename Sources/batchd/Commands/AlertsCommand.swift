import ArgumentParser

/// `batchd alerts`: where the alarms of monitors go.
struct AlertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: "Tries whether the alarms of monitors arrive.",
        discussion: """
            Example:
              batchd alerts test --root /srv/batchd
            """,
        subcommands: [AlertsTestCommand.self]
    )
}
