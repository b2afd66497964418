import ArgumentParser
import Campaign

struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Does runs of the simulation again, by the seeds that failed runs have printed."
    )

    @Option(help: ArgumentHelp("The first run's seed.", valueName: "number"))
    var seed: UInt64

    @Option(help: ArgumentHelp("So many runs, with the seeds that follow.", valueName: "number"))
    var runs: UInt64 = 1

    @Flag(help: "Ends with the first run that goes wrong.")
    var untilWrong = false

    @Flag(help: "Prints every call and everything else that happens.")
    var trace = false

    func run() throws {
        let tools = try SimulationTools()
        var wrong = 0
        for seed in seed..<seed + runs {
            let violations = try Simulation.replay(seed: seed, tools: tools, tell: trace ? { print($0) } : nil)
            for violation in violations { print("\(seed): \(violation)") }
            if !violations.isEmpty { wrong += 1 }
            if wrong > 0 && untilWrong { break }
        }
        print(wrong == 0 ? "nothing went wrong" : "\(wrong) of \(runs) runs went wrong")
        if wrong > 0 { throw ExitCode(1) }
    }
}
