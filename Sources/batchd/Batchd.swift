import ArgumentParser
import Spool

/// The `batchd` command: composition and command line only.
@main
struct Batchd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batchd",
        abstract: "Runs text and tabular models over files, overnight, on plain machines.",
        discussion: """
            Example:
              batchd init /srv/batchd
              batchd submit reviews.jsonl.zst --queue sentiment --root /srv/batchd
              batchd run --once --root /srv/batchd
            """,
        version: Machine.build,
        subcommands: [
            InitCommand.self, RunCommand.self, SubmitCommand.self, StatusCommand.self, TopCommand.self,
            WaitCommand.self, RetryCommand.self, HoldCommand.self, ReleaseCommand.self, CancelCommand.self,
            PrioritizeCommand.self,
            CheckCommand.self, PipeCommand.self, EngineCommand.self, BenchCommand.self, TrainCommand.self,
            EvaluateCommand.self, ModelsCommand.self, ConfigCommand.self, DoctorCommand.self, VerifyCommand.self,
            GcCommand.self, ReportCommand.self, AlertsCommand.self,
        ]
    )

    /// Runs the command that the words name.
    static func main() {
        if let mistake = MistypedCommand(Array(CommandLine.arguments.dropFirst()), of: Self.self) {
            StandardStream.error("batchd: \(mistake.description.visible)\n")
            Self.exit(withError: ExitCode(ExitStatus.usage))
        }
        do {
            var command = try parseAsRoot()
            try command.run()
            try reportingFailure(StandardStream.finish)
        } catch {
            end(with: error)
        }
    }

    /// Ends the process as `exit(withError:)` does, which would not notice that help reached nobody.
    private static func end(with error: any Error) -> Never {
        let text = fullMessage(for: error)
        guard exitCode(for: error).isSuccess else { exit(withError: error) }
        do {
            try reportingFailure {
                if !text.isEmpty { try StandardStream.output(text + "\n") }
                try StandardStream.finish()
            }
        } catch {
            exit(withError: error)
        }
        exit()
    }
}
