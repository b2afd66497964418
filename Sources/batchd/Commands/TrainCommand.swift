import ArgumentParser

/// `batchd train`: fits models.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains a model.",
        discussion: """
            Example:
              batchd train linear --data train.jsonl --out models/topic/1
            """,
        subcommands: [TrainLinearCommand.self]
    )
}
