import ArgumentParser

/// `batchd train`: fits models.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains a model.",
        subcommands: [TrainLinearCommand.self]
    )
}
