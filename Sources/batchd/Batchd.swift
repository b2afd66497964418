import ArgumentParser

/// The `batchd` command: composition and command line only.
@main
struct Batchd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batchd",
        abstract: "Runs text and tabular models over files, overnight, on plain machines.",
        subcommands: [

            InitCommand.self, RunCommand.self, EngineCommand.self, BenchCommand.self, TrainCommand.self,
            EvaluateCommand.self,
            ModelsCommand.self,
        ]
    )
}
