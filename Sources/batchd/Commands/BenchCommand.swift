import ArgumentParser

/// `batchd bench`: measures this machine with the binary that users have.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures speed and memory on this machine.",
        subcommands: [BenchPipelineCommand.self]
    )
}
