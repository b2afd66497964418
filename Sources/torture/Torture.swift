import ArgumentParser
import Campaign
import Glibc
import SystemPackage

/// The command line of the campaign.
@main
struct Torture: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "torture",
        abstract: "Tries by force to make batchd lose, double or spoil a record.",
        discussion: """
            Results are appended to a file of JSON lines, one a seed. A seed that is there is not run again, so a \
            campaign can be broken off at any time and gone on with; for a new one, give another directory.
            """,
        subcommands: [Run.self, List.self, Report.self, Simulate.self]
    )
}

struct Results: ParsableArguments {
    @Option(help: ArgumentHelp("Where results are kept.", valueName: "directory"))
    var results = "torture"

    var log: ResultLog { ResultLog(FilePath(results).appending("results.jsonl")) }
}

struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the parts of the campaign.")

    func run() {
        for part in CampaignPart.all {
            print("\(part.number)  \(part.name)\(part.needsRoot ? " (root)" : ""): \(part.purpose)")
            print("   seeds \(part.seeds.lowerBound)..\(part.seeds.upperBound), \(part.casesWanted) cases wanted")
        }
    }
}
