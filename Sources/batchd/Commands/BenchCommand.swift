import ArgumentParser

/// `batchd bench`: measures this machine with the binary that users have.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures speed and memory on this machine.",
        discussion: """
            Example:
              batchd bench pipeline --records 1000,1000000
            """,
        subcommands: [
            BenchPipelineCommand.self, BenchModelCommand.self, BenchExplainCommand.self, BenchKernelsCommand.self,
        ]
    )
}
